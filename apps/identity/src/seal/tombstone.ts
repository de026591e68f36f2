import { createHmac } from 'node:crypto'
import { readIdentifier } from '#libs/identifiers'
import type { RecordDetails } from '#libs/matching'

const personal = ['https://fhir.nhs.uk/Id/nhs-number', 'urn:waymark:upn', 'urn:waymark:uln']

/** What of a record would name a child whose identity was sealed. */
interface NamesOfTheDead {
  /** Its numbers and its own id. */
  readonly others: readonly string[]
  /** Each name with the day of birth; nothing for a name that cannot be looked up so. */
  readonly called: readonly (string | undefined)[]
}

/**
 * The numbers of a record, each name with the day of birth, and its own id. Letters are compared without case, accents,
 * blanks and signs, and in no other way: a new name is not the old one.
 *
 * @param recordKey - the keyed hash by which the record is known, hex
 */
export function namesOfTheDead(details: RecordDetails, recordKey: string): NamesOfTheDead {
  const { identifiers = [], names = [], bornOn } = details
  const called = names.map(({ given, family }) =>
    given === undefined || family === undefined || bornOn === undefined
      ? undefined
      : `name ${plain(given)} ${plain(family)} ${bornOn}`,
  )
  return { others: [...new Set([...identifiers.flatMap(numberOf), `record ${recordKey}`])], called }
}

/** How a number that names one person is buried; nothing for any other identifier. */
export function numberOf(given: { readonly system: string; readonly value: string }): readonly string[] {
  const read = personal.includes(given.system) ? readIdentifier(given) : undefined
  return read?.ok ? [`number ${read.identifier.system} ${read.identifier.value}`] : []
}

/** Keyed with the vault's own secret: nothing outside it can be matched with what is buried. */
export function tombstoneOf(secret: Buffer, name: string): Buffer {
  return createHmac('sha256', secret).update(`waymark.tombstone.v1\u001f${name}`).digest()
}

function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[^\p{L}]/gu, '')
    .toLowerCase()
}
