import { isPseudoPostcode, parsePostcode } from '#libs/identifiers'

/** A postcode in its matching form (no space), and whether a look-alike letter or digit was repaired. */
export interface NormalisedPostcode {
  readonly postcode: string
  readonly isRepaired: boolean
}

const asDigit: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1', S: '5' }
const asLetter: Readonly<Record<string, string>> = { '0': 'O', '1': 'I', '5': 'S' }

/**
 * Reads a postcode, and repairs O/0, I/1 and S/5 where only one of them can stand.
 *
 * @returns `undefined` for one that cannot be a postcode even so, and for pseudo postcodes (`ZZ99…`)
 */
export function normalisePostcode(text: string): NormalisedPostcode | undefined {
  const compact = text.replace(/\s/g, '').toUpperCase()
  const exact = parsePostcode(compact)
  if (exact) return isPseudoPostcode(exact) ? undefined : { postcode: exact.replace(' ', ''), isRepaired: false }
  const repaired = repairs(compact).find((candidate) => parsePostcode(candidate) !== undefined)
  return repaired === undefined ? undefined : { postcode: repaired, isRepaired: true }
}

/** Outward part of a normalised postcode, such as `LS1`. */
export function outcodeOf(postcode: string): string {
  return postcode.slice(0, -3)
}

/** Sector of a normalised postcode, such as `LS14`. */
export function sectorOf(postcode: string): string {
  return postcode.slice(0, -2)
}

/**
 * One key for an address without a property number: its numbers, its words and its postcode.
 *
 * @returns `undefined` unless there are a number, a street word and a postcode
 */
export function addressKey(lines: readonly string[], postcode: string | undefined): string | undefined {
  if (postcode === undefined) return undefined
  const words = lines
    .slice(0, 2)
    .join(' ')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/['’.]/g, '')
    .split(/[^a-z0-9]+/)
    .map((word) => streetWords[word] ?? word)
    .filter((word) => word !== '')
  const numbers = words.filter((word) => /^\d+[a-z]?$/.test(word))
  const names = words.filter((word) => !/^\d/.test(word) && word !== 'flat')
  if (numbers.length === 0 || names.length === 0) return undefined
  return [...numbers, names[0], postcode].join(' ')
}

const streetWords: Readonly<Record<string, string>> = { apartment: 'flat', apt: 'flat', unit: 'flat', saint: 'st' }

function repairs(compact: string): readonly string[] {
  const inward = compact.slice(-3)
  const outward = compact.slice(0, -3)
  const fixedInward = swap(inward.slice(0, 1), asDigit) + swap(inward.slice(1), asLetter)
  const outwards = [
    outward,
    outward.slice(0, 1) + swap(outward.slice(1), asDigit),
    outward.slice(0, 2) + swap(outward.slice(2), asDigit),
    swap(outward.slice(0, 1), asLetter) + swap(outward.slice(1), asDigit),
    swap(outward.slice(0, 2), asLetter) + swap(outward.slice(2), asDigit),
  ]
  const changes = (candidate: string): number => Array.from(candidate).filter((sign, at) => sign !== compact[at]).length
  return outwards.map((start) => start + fixedInward).sort((one, two) => changes(one) - changes(two))
}

function swap(text: string, by: Readonly<Record<string, string>>): string {
  return Array.from(text, (character) => by[character] ?? character).join('')
}
