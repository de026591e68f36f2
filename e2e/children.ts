import { randomInt } from 'node:crypto'
import { parseNhsNumber, parseUpn } from '#libs/identifiers'
import type { ChildReference } from '#libs/events'

type Demographics = NonNullable<ChildReference['demographics']>
type Identifier = NonNullable<ChildReference['identifiers']>[number]

/** An invented child. Every test draws its own, so that no test finds the children of another. */
export interface InventedChild {
  readonly given: string
  readonly family: string
  readonly bornOn: string
  readonly sex: 'female' | 'male'
  readonly nhsNumber: string
  readonly upn: string
  readonly postcode: string
  readonly uprn: string
  readonly mother: string
}

const letters = 'ABCDEFGHJKLMNPQRTUVWXYZ'
const syllables = [
  'bra',
  'cle',
  'dor',
  'fen',
  'gri',
  'hul',
  'jas',
  'kel',
  'lum',
  'mor',
  'nev',
  'pol',
  'quin',
  'ros',
  'tam',
  'vel',
  'wyn',
  'zet',
]
const nhsNumberSystem = 'https://fhir.nhs.uk/Id/nhs-number'
const upnSystem = 'urn:waymark:upn'

function pick(from: ArrayLike<string>): string {
  return from[randomInt(from.length)] ?? ''
}

function name(parts: number): string {
  const text = Array.from({ length: parts }, () => pick(syllables)).join('')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Of the range set aside for tests: 999, six digits and the check digit; for some six there is none. */
function aNhsNumber(): string {
  for (;;) {
    const nine = `999${String(randomInt(1_000_000)).padStart(6, '0')}`
    const found = Array.from('0123456789', (digit) => nine + digit).find((text) => parseNhsNumber(text) !== undefined)
    if (found !== undefined) return found
  }
}

function aUpn(): string {
  const rest = `9999999${String(randomInt(100_000)).padStart(5, '0')}`
  return Array.from(letters, (letter) => letter + rest).find((text) => parseUpn(text) !== undefined) ?? rest
}

function aBirthday(): string {
  return new Date(Date.UTC(2011, 0, 1) + randomInt(4500) * 86_400_000).toISOString().slice(0, 10)
}

/** Draws a child whose names, numbers and home nobody else has. */
export function inventChild(overrides: Partial<InventedChild> = {}): InventedChild {
  return {
    given: name(2),
    family: `${name(3)}-${name(3)}`,
    bornOn: aBirthday(),
    sex: pick(['female', 'male']) as InventedChild['sex'],
    nhsNumber: aNhsNumber(),
    upn: aUpn(),
    postcode: `NB${randomInt(1, 9)} ${randomInt(1, 10)}${pick('ABDEFGHJLNPQRSTUWXYZ')}${pick('ABDEFGHJLNPQRSTUWXYZ')}`,
    uprn: String(990_000_000 + randomInt(9_999_999)),
    mother: name(2),
    ...overrides,
  }
}

/** Names, birth, home and mother, as events and `/v1/resolve` take them. */
export function particularsOf(child: InventedChild): Demographics {
  return {
    names: [{ use: 'legal', given: child.given, family: child.family }],
    bornOn: child.bornOn,
    sex: child.sex,
    addresses: [{ lines: ['14 Invented Row'], postcode: child.postcode, uprn: child.uprn }],
    parents: [{ role: 'mother', given: child.mother, family: child.family.split('-')[0] ?? '' }],
  }
}

/** The identifiers an agency of this kind would know the child by. */
export function identifiersOf(child: InventedChild, by: readonly ('nhs' | 'upn')[]): readonly Identifier[] {
  const both = {
    nhs: { system: nhsNumberSystem, value: child.nhsNumber },
    upn: { system: upnSystem, value: child.upn },
  }
  return by.map((which) => both[which])
}

/** A child by identifiers and particulars. */
export function byParticulars(child: InventedChild, by: readonly ('nhs' | 'upn')[] = ['nhs']): ChildReference {
  const identifiers = identifiersOf(child, by)
  return { ...(identifiers.length > 0 && { identifiers }), demographics: particularsOf(child) }
}

/** What must be found in no log, key or header: everything that tells who the child is. */
export function tellTalesOf(child: InventedChild): readonly string[] {
  return [child.given, child.family, child.bornOn, child.nhsNumber, child.upn, child.postcode, child.uprn, child.mother]
}
