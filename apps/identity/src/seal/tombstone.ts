import { createHmac } from 'node:crypto'
import { readIdentifier } from '#libs/identifiers'
import type { RecordDetails } from '#libs/matching'

const personal = ['https://fhir.nhs.uk/Id/nhs-number', 'urn:waymark:upn', 'urn:waymark:uln']

/**
 * What of a record would name a child whose identity was sealed: its numbers, each name with the day of birth, and its own
 * id. Letters are compared without case, accents, blanks and signs, and in no other way: a new name is not the old one.
 *
 * @param recordKey - the keyed hash by which the record is known, hex
 */
export function namesOfTheDead(details: RecordDetails, recordKey: string): readonly string[] {
  const { identifiers = [], names = [], bornOn } = details
  const numbers = identifiers.flatMap((given) => {
    const read = personal.includes(given.system) ? readIdentifier(given) : undefined
    return read?.ok ? [`number ${read.identifier.system} ${read.identifier.value}`] : []
  })
  const called = names.flatMap(({ given, family }) =>
    given === undefined || family === undefined || bornOn === undefined
      ? []
      : [`name ${plain(given)} ${plain(family)} ${bornOn}`],
  )
  return [...new Set([...numbers, ...called, `record ${recordKey}`])]
}

/** Keyed with the vault's own secret: nothing outside it can be matched with what is buried. */
export function tombstonesOf(secret: Buffer, names: readonly string[]): readonly Buffer[] {
  return names.map((name) => createHmac('sha256', secret).update(`waymark.tombstone.v1\u001f${name}`).digest())
}

function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[^\p{L}]/gu, '')
    .toLowerCase()
}
