import { nhsNumberSystem, ulnSystem, upnSystem } from '#libs/identifiers'
import { buildProfile, type Profile, type RecordDetails } from '#libs/matching'
import { dateOf, type Child } from '../kidsbench/child.js'
import type { KidsRecord } from '../kidsbench/clerk.js'

/** The profile of a child as it is known once its records have been cleaned. */
export function profileOfChild(child: Child): Profile {
  const { postcode, uprn } = (child.homes.at(-1) ?? child.homes[0]).place
  const details: RecordDetails = {
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
  return buildProfile(details, { source: 'bench', recordedOn: dateOf(child.until) }).profile
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
