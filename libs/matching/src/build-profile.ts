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
import {
  blankProfile,
  type Draft,
  type OtherName,
  type Profile,
  type ProfileNumber,
  type ProfileParent,
} from './profile.js'

/** What a sender says of a child, its form already checked by the door. */
export interface RecordDetails {
  readonly names?: readonly { readonly use?: string; readonly given?: string; readonly family?: string }[]
  readonly bornOn?: string
  readonly sex?: string
  /** `of` alone where it is not known which of them the child is. */
  readonly birthOrder?: { readonly order?: number; readonly of: number }
  readonly addresses?: readonly {
    readonly lines?: readonly string[]
    readonly postcode?: string
    readonly uprn?: string
  }[]
  readonly identifiers?: readonly RecordIdentifier[]
  readonly parents?: readonly RecordParent[]
  readonly contacts?: readonly { readonly kind: 'phone' | 'email'; readonly value: string }[]
  readonly diedOn?: string
  /** ODS code of the general practice at which the child is registered. */
  readonly practice?: string
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
const odsSystem = 'https://fhir.nhs.uk/Id/ods-organization-code'
const systems = [nhsNumberSystem, upnSystem, ulnSystem]
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
  const profile = blankProfile()
  profile.recordedOn = context.recordedOn
  if (context.lastEventOn !== undefined) profile.lastEventOn = context.lastEventOn
  if (details.diedOn !== undefined) profile.diedOn = details.diedOn
  addNames(profile, details, notices)
  addBirth(profile, details, context.recordedOn, notices)
  addPlaces(profile, details, notices)
  addNumbers(profile, details, context.source, notices)
  addParents(profile, details)
  const { phones, emails } = normaliseContacts(details.contacts ?? [])
  profile.phones = phones
  profile.emails = emails
  if (context.school !== undefined) profile.schools = [context.school]
  const practice = practiceOf(details, context, notices)
  if (practice !== undefined) profile.practices = [practice]
  return { profile, notices }
}

/** What the record says; else the practice that sent it. */
function practiceOf({ practice }: RecordDetails, context: RecordContext, notices: Notice[]): string | undefined {
  if (practice === undefined) return context.practice
  const read = readIdentifier({ system: odsSystem, value: practice.trim().toUpperCase() })
  if (read.ok) return read.identifier.value
  notices.push({ code: read.code, pointer: '#/practice' })
  return undefined
}

function addBirth(profile: Draft, { bornOn, sex }: RecordDetails, recordedOn: string, notices: Notice[]): void {
  const code = bornOn === undefined ? undefined : dateFault(bornOn, recordedOn)
  if (code !== undefined) notices.push({ code, pointer: '#/bornOn' })
  else if (bornOn !== undefined) profile.bornOn = bornOn
  if (sex === 'male' || sex === 'female') profile.sex = sex
}

function dateFault(bornOn: string, recordedOn: string): Notice['code'] | undefined {
  if (missingDates.has(bornOn)) return 'DATE_PLACEHOLDER'
  return isPlausible(bornOn, recordedOn) ? undefined : 'DATE_IMPLAUSIBLE'
}

/** A day of the calendar, not after the record (but for a day of time zones), and not more than 26 years before it. */
function isPlausible(bornOn: string, recordedOn: string): boolean {
  const [born, recorded] = [calendarDay(bornOn), calendarDay(recordedOn)]
  if (born === 0 || recorded === 0) return born > 0
  return dayNumber(born) <= dayNumber(recorded) + 1 && recorded - born < (oldestYears + 1) * 10_000
}

function addNames(profile: Draft, details: RecordDetails, notices: Notice[]): void {
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
  if (birthOrder !== undefined) profile.birthOrder = birthOrder
  if (!main) return
  const name = { given: main.given.tokens, family: main.family.tokens }
  const further = sent.filter((other) => other !== main).flatMap((other) => otherNames(other, name.family))
  profile.name = name
  profile.hasPlaceholder = main.given.isPlaceholder
  profile.others = [...bracketed(main), ...further]
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

function addPlaces(profile: Draft, details: RecordDetails, notices: Notice[]): void {
  const places: string[] = []
  const postcodes: string[] = []
  details.addresses?.forEach((address, at) => {
    const pointer = `#/addresses/${at}`
    const postcode = postcodeOf(address.postcode, `${pointer}/postcode`, notices)
    const uprn = address.uprn === undefined ? undefined : parseUprn(address.uprn)
    if (address.uprn !== undefined && uprn === undefined)
      notices.push({ code: 'UPRN_UNUSABLE', pointer: `${pointer}/uprn` })
    const key = addressKey(address.lines ?? [], postcode)
    if (uprn) places.push(`uprn ${uprn}`)
    if (key !== undefined) places.push(key)
    if (postcode !== undefined) postcodes.push(postcode)
  })
  profile.places = unique(places)
  profile.postcodes = unique(postcodes)
}

function postcodeOf(text: string | undefined, pointer: string, notices: Notice[]): string | undefined {
  if (text === undefined) return undefined
  const read = normalisePostcode(text)
  if (!read) notices.push({ code: 'POSTCODE_UNUSABLE', pointer })
  if (read?.isRepaired) notices.push({ code: 'POSTCODE_REPAIRED', pointer })
  return read?.postcode
}

/** Ten digits, of which the last does not fit, or a digit too few or too many: one slip away from a right one. */
const nearlyNhsNumber = /^\d{9,11}$/

function addNumbers(profile: Draft, details: RecordDetails, source: string, notices: Notice[]): void {
  const found = new Map<string, ProfileNumber[]>(systems.map((system) => [system, []]))
  const mistyped: string[] = []
  details.identifiers?.forEach((sent, at) => {
    const read = readIdentifier(sent)
    if (read.ok) {
      const isCurrent = (sent.status ?? 'current') === 'current'
      found.get(sent.system)?.push({ value: read.identifier.value, isVerified: sent.verified === true, isCurrent })
      return
    }
    notices.push({ code: read.code, pointer: `#/identifiers/${at}/value` })
    const text = sent.value.replace(/\s/g, '')
    if (sent.system === nhsNumberSystem && nearlyNhsNumber.test(text) && read.code !== 'IDENTIFIER_WRONG_FIELD')
      mistyped.push(text)
  })
  profile.nhsNumbers = found.get(nhsNumberSystem) ?? []
  profile.upns = found.get(upnSystem) ?? []
  profile.ulns = found.get(ulnSystem) ?? []
  profile.mistypedNhsNumbers = mistyped
  profile.locals = localsOf(details, source)
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

function addParents(profile: Draft, details: RecordDetails): void {
  if (details.parents === undefined) return
  const parents = details.parents.map((sent) => ({ isMother: sent.role === 'mother', parent: parentOf(sent) }))
  const named = parents.filter(({ parent }) => joined([...parent.given, ...parent.family]) !== '' || parent.nhsNumber)
  const mother = named.find(({ isMother }) => isMother)
  if (mother) profile.mother = mother.parent
  profile.otherParents = named.filter((one) => one !== mother).map(({ parent }) => parent)
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
