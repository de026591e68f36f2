import {
  nhsNumberSystem,
  parseNhsNumber,
  parseUprn,
  readIdentifier,
  ulnSystem,
  upnSystem,
  type IdentifierFault,
} from '#libs/identifiers'
import { calendarDay, dayNumber } from './calendar-day.js'
import { normaliseContacts } from './normalise-contacts.js'
import { joined, normalisePart, type MatchName, type NormalisedPart } from './normalise-names.js'
import { addressKey, normalisePostcode } from './normalise-place.js'
import { emptyProfile, type OtherName, type Profile, type ProfileNumber, type ProfileParent } from './profile.js'

/** What a sender says of a child, its form already checked by the door. */
export interface RecordDetails {
  readonly names?: readonly { readonly use?: string; readonly given?: string; readonly family?: string }[]
  readonly bornOn?: string
  readonly sex?: string
  readonly birthOrder?: { readonly order: number; readonly of: number }
  readonly addresses?: readonly {
    readonly lines?: readonly string[]
    readonly postcode?: string
    readonly uprn?: string
  }[]
  readonly identifiers?: readonly RecordIdentifier[]
  readonly parents?: readonly RecordParent[]
  readonly contacts?: readonly { readonly kind: 'phone' | 'email'; readonly value: string }[]
  readonly diedOn?: string
}

/** An identifier as sent. */
export interface RecordIdentifier {
  readonly system: string
  readonly value: string
  readonly validFrom?: string
  readonly validTo?: string
  readonly status?: 'current' | 'former' | 'disputed'
  readonly verified?: boolean
}

/** A parent as sent. */
interface RecordParent {
  readonly role?: string
  readonly given?: string
  readonly family?: string
  readonly bornOn?: string
  readonly nhsNumber?: string
}

/** What is known of a record besides what it says of the child. */
interface RecordContext {
  readonly source: string
  /** ISO date on which the source recorded it. */
  readonly recordedOn: string
  readonly school?: string
  readonly practice?: string
  /** ISO date of the last thing the record tells, where it tells one. */
  readonly lastEventOn?: string
}

/** Something was not taken as sent; values are never echoed. */
export interface Notice {
  readonly code:
    | IdentifierFault
    | 'POSTCODE_REPAIRED'
    | 'POSTCODE_UNUSABLE'
    | 'NAME_PLACEHOLDER'
    | 'DATE_PLACEHOLDER'
    | 'DATE_IMPLAUSIBLE'
    | 'UPRN_UNUSABLE'
  /** JSON pointer into the details. */
  readonly pointer: string
}

const oldestYears = 26
const missingDates = new Set(['1900-01-01', '1970-01-01'])
const formerUses = new Set(['former', 'old', 'maiden', 'previous', 'birth'])

/**
 * Brings a record into the form in which it is compared, and says what could not be used.
 *
 * The first name of use `legal`, `usual` or `official`, else the first that is not former, is the name; the others are aliases.
 */
export function buildProfile(
  details: RecordDetails,
  context: RecordContext,
): { readonly profile: Profile; readonly notices: readonly Notice[] } {
  const notices: Notice[] = []
  const profile: Profile = {
    ...emptyProfile,
    recordedOn: context.recordedOn,
    ...(context.lastEventOn !== undefined && { lastEventOn: context.lastEventOn }),
    ...(details.diedOn !== undefined && { diedOn: details.diedOn }),
    ...namesOf(details, notices),
    ...bornOf(details, context.recordedOn, notices),
    ...placesOf(details, notices),
    ...numbersOf(details, context.source, notices),
    ...parentsOf(details),
    ...normaliseContacts(details.contacts ?? []),
    schools: context.school === undefined ? [] : [context.school],
    practices: context.practice === undefined ? [] : [context.practice],
  }
  return { profile, notices }
}

function bornOf({ bornOn, sex }: RecordDetails, recordedOn: string, notices: Notice[]): Partial<Profile> {
  const sexKnown = sex === 'male' || sex === 'female' ? { sex } : {}
  if (bornOn === undefined) return sexKnown
  const code = missingDates.has(bornOn)
    ? 'DATE_PLACEHOLDER'
    : isPlausible(bornOn, recordedOn)
      ? undefined
      : 'DATE_IMPLAUSIBLE'
  if (code === undefined) return { bornOn, ...sexKnown }
  notices.push({ code, pointer: '#/bornOn' })
  return sexKnown
}

/** A day of the calendar, not after the record (but for a day of time zones), and not more than 26 years before it. */
function isPlausible(bornOn: string, recordedOn: string): boolean {
  const [born, recorded] = [calendarDay(bornOn), calendarDay(recordedOn)]
  if (born === 0 || recorded === 0) return born > 0
  return dayNumber(born) <= dayNumber(recorded) + 1 && recorded - born < (oldestYears + 1) * 10_000
}

function namesOf(details: RecordDetails, notices: Notice[]): Partial<Profile> {
  const sent = (details.names ?? []).map(({ use, given, family }): SentName => ({
    use,
    given: normalisePart(given, 'given'),
    family: normalisePart(family, 'family'),
  }))
  sent.forEach(({ given, family }, at) => {
    if (given.isPlaceholder) notices.push({ code: 'NAME_PLACEHOLDER', pointer: `#/names/${at}/given` })
    if (family.isPlaceholder) notices.push({ code: 'NAME_PLACEHOLDER', pointer: `#/names/${at}/family` })
  })
  const main = mainName(sent)
  const spelled = main?.given.birthOrder
  const birthOrder = details.birthOrder ?? (spelled === undefined ? undefined : { order: spelled })
  const known = birthOrder === undefined ? {} : { birthOrder }
  if (!main) return known
  const name = { given: main.given.tokens, family: main.family.tokens }
  const further = sent.filter((other) => other !== main).flatMap((other) => otherNames(other, name.family))
  return { ...known, name, hasPlaceholder: main.given.isPlaceholder, others: [...bracketed(main), ...further] }
}

function mainName(sent: readonly SentName[]): SentName | undefined {
  const isLasting = ({ use }: SentName): boolean => use === 'legal' || use === 'usual' || use === 'official'
  return sent.find(isLasting) ?? sent.find(({ use }) => !formerUses.has(use ?? '')) ?? sent[0]
}

interface SentName {
  readonly use: string | undefined
  readonly given: NormalisedPart
  readonly family: NormalisedPart
}

function bracketed(main: SentName): readonly OtherName[] {
  const given = main.given.alias
  const family = main.family.alias
  if (given.length === 0 && family.length === 0) return []
  const pick = (alias: readonly string[], tokens: readonly string[]) => (alias.length > 0 ? alias : tokens)
  return [{ given: pick(given, main.given.tokens), family: pick(family, main.family.tokens), isFormer: false }]
}

function otherNames(other: SentName, family: readonly string[]): readonly OtherName[] {
  if (other.given.tokens.length === 0 && other.family.tokens.length === 0) return []
  const own = other.family.tokens.length > 0 ? other.family.tokens : family
  return [{ given: other.given.tokens, family: own, isFormer: formerUses.has(other.use ?? '') }]
}

function placesOf(details: RecordDetails, notices: Notice[]): Partial<Profile> {
  const read = (details.addresses ?? []).map((address, at) => {
    const pointer = `#/addresses/${at}`
    const postcode = postcodeOf(address.postcode, `${pointer}/postcode`, notices)
    const uprn = address.uprn === undefined ? undefined : parseUprn(address.uprn)
    if (address.uprn !== undefined && uprn === undefined)
      notices.push({ code: 'UPRN_UNUSABLE', pointer: `${pointer}/uprn` })
    return { postcode, places: [uprn && `uprn ${uprn}`, addressKey(address.lines ?? [], postcode)] }
  })
  return {
    places: unique(read.flatMap(({ places }) => places.filter((place) => place !== undefined))),
    postcodes: unique(read.flatMap(({ postcode }) => postcode ?? [])),
  }
}

function postcodeOf(text: string | undefined, pointer: string, notices: Notice[]): string | undefined {
  if (text === undefined) return undefined
  const read = normalisePostcode(text)
  if (!read) notices.push({ code: 'POSTCODE_UNUSABLE', pointer })
  if (read?.isRepaired) notices.push({ code: 'POSTCODE_REPAIRED', pointer })
  return read?.postcode
}

function numbersOf(details: RecordDetails, source: string, notices: Notice[]): Partial<Profile> {
  const found = new Map<string, ProfileNumber[]>([nhsNumberSystem, upnSystem, ulnSystem].map((system) => [system, []]))
  const mistyped: string[] = []
  details.identifiers?.forEach((sent, at) => {
    const read = readIdentifier(sent)
    if (read.ok) {
      const isCurrent = (sent.status ?? 'current') === 'current'
      found.get(sent.system)?.push({ value: read.identifier.value, isVerified: sent.verified === true, isCurrent })
      return
    }
    notices.push({ code: read.code, pointer: `#/identifiers/${at}/value` })
    if (sent.system === nhsNumberSystem && read.code === 'IDENTIFIER_CHECK_FAILED')
      mistyped.push(sent.value.replace(/\s/g, ''))
  })
  return {
    nhsNumbers: found.get(nhsNumberSystem) ?? [],
    upns: found.get(upnSystem) ?? [],
    ulns: found.get(ulnSystem) ?? [],
    mistypedNhsNumbers: mistyped,
    locals: localsOf(details, source),
  }
}

function localsOf({ identifiers = [] }: RecordDetails, source: string): Profile['locals'] {
  return identifiers
    .filter(({ system, status }) => system === 'urn:waymark:local' && status !== 'former')
    .map(({ value, validFrom, validTo }) => ({
      source,
      value: value.trim(),
      ...(validFrom !== undefined && { from: validFrom }),
      ...(validTo !== undefined && { to: validTo }),
    }))
}

function parentsOf(details: RecordDetails): Partial<Profile> {
  const parents = (details.parents ?? []).map((sent) => ({ isMother: sent.role === 'mother', parent: parentOf(sent) }))
  const named = parents.filter(({ parent }) => joined([...parent.given, ...parent.family]) !== '' || parent.nhsNumber)
  const mother = named.find(({ isMother }) => isMother)
  return {
    ...(mother && { mother: mother.parent }),
    otherParents: named.filter((one) => one !== mother).map(({ parent }) => parent),
  }
}

function parentOf(parent: RecordParent): ProfileParent {
  const name: MatchName = {
    given: normalisePart(parent.given, 'given').tokens,
    family: normalisePart(parent.family, 'family').tokens,
  }
  const number = parent.nhsNumber === undefined ? undefined : parseNhsNumber(parent.nhsNumber)
  return {
    ...name,
    ...(parent.bornOn !== undefined && { bornOn: parent.bornOn }),
    ...(number !== undefined && { nhsNumber: number }),
  }
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)]
}
