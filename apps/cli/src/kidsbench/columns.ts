import type { Child } from './child.js'
import type { KidsRecord } from './clerk.js'

/** The columns of `records.csv`, in their order. */
export const recordColumns = [
  'record_id',
  'source',
  'recorded_at',
  'given',
  'family',
  'former_family',
  'born_on',
  'sex',
  'postcode',
  'uprn',
  'nhs_number',
  'nhs_verified',
  'upn',
  'uln',
  'mother_given',
  'mother_family',
  'mother_born_on',
  'birth_order',
  'birth_of',
  'school',
  'practice',
] as const

/** The columns of `truth.csv`. */
export const truthColumns = [
  'record_id',
  'person_id',
  'household_id',
  'multiple_id',
  'succession_id',
  'origin_group',
] as const

/** The columns of `events.csv`. */
export const eventColumns = ['at', 'event', 'record_id'] as const

/** A row of `records.csv` after its id. No invented name holds a comma or a quotation mark. */
export function rowOf(r: KidsRecord): string {
  const who = `${r.given},${r.family},${r.former_family},${r.born_on},${r.sex},${r.postcode},${r.uprn}`
  const numbers = `${r.nhs_number},${r.nhs_verified},${r.upn},${r.uln}`
  const mother = `${r.mother_given},${r.mother_family},${r.mother_born_on}`
  return `,${r.source},${r.recorded_at},${who},${numbers},${mother},${r.birth_order},${r.birth_of},${r.school},${r.practice}`
}

/** A row of `truth.csv` after its id. */
export function truthOf({ person, household, multiple, succession, names }: Child): string {
  const known = (letter: string, number: number | undefined) => (number === undefined ? '' : `${letter}${number}`)
  return `,p${person},h${household},${known('m', multiple)},${known('s', succession)},${names.code}`
}
