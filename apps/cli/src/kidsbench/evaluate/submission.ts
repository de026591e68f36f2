import { nhsNumberSystem, ulnSystem, upnSystem } from '#libs/identifiers'
import { buildProfile, type Profile, type RecordDetails, type RecordIdentifier } from '#libs/matching'
import { recordColumns } from '../columns.js'

type Fields = Readonly<Record<(typeof recordColumns)[number], string>>

/** A record as it reaches the hub. */
export interface Submission {
  readonly profile: Profile
  /** Whether it holds enough to resolve a child: a birth date, and a name or an identifier (identity.md §13). */
  readonly isEnough: boolean
}

/** Reads a row of `records.csv` the way the doors read what an agency sends. */
export function submissionOf(row: readonly string[]): Submission {
  const fields = Object.fromEntries(recordColumns.map((column, at) => [column, row[at] ?? ''])) as Fields
  const details = detailsOf(fields)
  const { profile } = buildProfile(details, {
    source: fields.source,
    recordedOn: fields.recorded_at.slice(0, 10),
    ...(fields.school !== '' && { school: fields.school }),
    ...(fields.practice !== '' && { practice: fields.practice }),
  })
  const isNamed = fields.given !== '' || fields.family !== '' || (details.identifiers?.length ?? 0) > 0
  return { profile, isEnough: fields.born_on !== '' && isNamed }
}

function detailsOf(fields: Fields): RecordDetails {
  const { born_on: bornOn, sex, postcode, uprn, birth_order: order, birth_of: of } = fields
  const address = { ...(postcode !== '' && { postcode }), ...(uprn !== '' && { uprn }) }
  return {
    names: namesOf(fields),
    ...(bornOn !== '' && { bornOn }),
    sex,
    ...(order !== '' && { birthOrder: { order: Number(order), of: Number(of) } }),
    addresses: postcode === '' && uprn === '' ? [] : [address],
    identifiers: identifiersOf(fields),
    parents: parentsOf(fields),
  }
}

function namesOf({ given, family, former_family: former }: Fields): NonNullable<RecordDetails['names']> {
  const legal = { use: 'legal', given, family }
  return former === '' ? [legal] : [legal, { use: 'former', given, family: former }]
}

function identifiersOf(fields: Fields): readonly RecordIdentifier[] {
  const { nhs_number: nhs, nhs_verified: verified, upn, uln } = fields
  return [
    { system: nhsNumberSystem, value: nhs, verified: verified === 'yes' },
    { system: upnSystem, value: upn },
    { system: ulnSystem, value: uln },
  ].filter(({ value }) => value !== '')
}

function parentsOf(fields: Fields): NonNullable<RecordDetails['parents']> {
  const { mother_given: given, mother_family: family, mother_born_on: bornOn } = fields
  if (given === '' && family === '') return []
  return [{ role: 'mother', given, family, ...(bornOn !== '' && { bornOn }) }]
}
