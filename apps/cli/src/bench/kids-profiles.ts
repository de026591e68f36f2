import { nhsNumberSystem, ulnSystem, upnSystem } from '#libs/identifiers'
import { buildProfile, emptyProfile, type Profile, type RecordDetails } from '#libs/matching'
import { dateOf, type Child } from '../kidsbench/child.js'
import type { KidsRecord } from '../kidsbench/clerk.js'
import type { Place } from '../kidsbench/places.js'

/** What a child's records say once they have been cleaned. */
export function detailsOfChild(child: Child): RecordDetails {
  const { postcode, uprn } = homeOf(child)
  return {
    names: [{ use: 'legal', given: `${child.given} ${child.middle}`, family: child.family }],
    bornOn: dateOf(child.bornOn),
    sex: child.sex,
    birthOrder: { order: child.order, of: child.of },
    addresses: [{ postcode, uprn }],
    identifiers: [
      { system: nhsNumberSystem, value: child.nhs, verified: true },
      { system: upnSystem, value: child.upn, verified: true },
    ],
    parents: [
      {
        role: 'mother',
        given: child.mother.given,
        family: child.mother.family,
        bornOn: dateOf(child.mother.bornOn),
      },
    ],
  }
}

/** The profile of {@link detailsOfChild}, for millions: no name is normalised again, and all profiles are of one shape. */
export function profileOfChild(child: Child): Profile {
  const { postcode, uprn } = homeOf(child)
  const { mother } = child
  return {
    v: emptyProfile.v,
    hasPlaceholder: false,
    recordedOn: dateOf(child.until),
    name: { given: givenOf(child.given, child.middle), family: partOf(child.family, 'family') },
    bornOn: dateOf(child.bornOn),
    sex: child.sex,
    birthOrder: { order: child.order, of: child.of },
    places: [`uprn ${uprn}`],
    postcodes: [postcode.replace(' ', '')],
    nhsNumbers: [{ value: child.nhs, isVerified: true, isCurrent: true }],
    upns: [{ value: child.upn, isVerified: true, isCurrent: true }],
    mother: {
      given: partOf(mother.given, 'given'),
      family: partOf(mother.family, 'family'),
      bornOn: dateOf(mother.bornOn),
    },
    others: none,
    earlierBornOn: none,
    ulns: none,
    mistypedNhsNumbers: none,
    locals: none,
    masterIndexes: none,
    otherParents: none,
    phones: none,
    emails: none,
    schools: none,
    practices: none,
  }
}

function homeOf(child: Child): Place {
  return (child.homes.at(-1) ?? child.homes[0]).place
}

const none: readonly never[] = []
const known = { given: new Map<string, readonly string[]>(), family: new Map<string, readonly string[]>() }
const joining = new Map<string, boolean>()

/** Most names are cut one by one; some, as *Abu*, join what follows. */
function givenOf(first: string, middle: string): readonly string[] {
  const doesJoin = joining.get(first) ?? partOf(`${first} Anna`, 'given').at(-1) !== 'anna'
  joining.set(first, doesJoin)
  return doesJoin ? partOf(`${first} ${middle}`, 'given') : [...partOf(first, 'given'), ...partOf(middle, 'given')]
}

function partOf(text: string, part: 'given' | 'family'): readonly string[] {
  const cut = known[part].get(text)
  if (cut) return cut
  const { profile } = buildProfile({ names: [{ [part]: text }] }, { source: 'bench', recordedOn: '2026-01-01' })
  const tokens = profile.name[part]
  known[part].set(text, tokens)
  return tokens
}

/** The profile of a record as an agency wrote it. */
export function profileOfRecord(record: KidsRecord): Profile {
  const place = {
    ...(record.school !== '' && { school: record.school }),
    ...(record.practice !== '' && { practice: record.practice }),
  }
  const context = { source: record.source, recordedOn: record.recorded_at.slice(0, 10), ...place }
  return buildProfile(detailsOf(record), context).profile
}

function detailsOf(record: KidsRecord): RecordDetails {
  const { birth_order: order, birth_of: of } = record
  return {
    names: [
      { use: 'legal', given: record.given, family: record.family },
      ...(record.former_family === '' ? [] : [{ use: 'former', given: record.given, family: record.former_family }]),
    ],
    ...(record.born_on !== '' && { bornOn: record.born_on }),
    ...(record.sex !== '' && { sex: record.sex }),
    ...(order !== '' && of !== '' && { birthOrder: { order: Number(order), of: Number(of) } }),
    addresses: [
      {
        ...(record.postcode !== '' && { postcode: record.postcode }),
        ...(record.uprn !== '' && { uprn: record.uprn }),
      },
    ],
    identifiers: identifiersOf(record),
    parents: mothersOf(record),
  }
}

function identifiersOf(record: KidsRecord): NonNullable<RecordDetails['identifiers']> {
  const held = [
    { system: nhsNumberSystem, value: record.nhs_number, verified: isTrue(record.nhs_verified) },
    { system: upnSystem, value: record.upn },
    { system: ulnSystem, value: record.uln },
  ]
  return held.filter(({ value }) => value !== '')
}

function isTrue(text: string): boolean {
  return text === 'true' || text === '1' || text === 'yes'
}

function mothersOf(record: KidsRecord): NonNullable<RecordDetails['parents']> {
  if (record.mother_family === '' && record.mother_given === '') return []
  const born = record.mother_born_on === '' ? {} : { bornOn: record.mother_born_on }
  return [{ role: 'mother', given: record.mother_given, family: record.mother_family, ...born }]
}
