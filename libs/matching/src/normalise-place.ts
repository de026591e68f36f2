import { isPseudoPostcode, parsePostcode } from '#libs/identifiers'
import { foldLetters } from './fold-letters.js'

/** A postcode in its matching form (no space), and whether a look-alike letter or digit was repaired. */
interface NormalisedPostcode {
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
  const compact = text
    .slice(0, 20)
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toUpperCase()
  const exact = parsePostcode(compact)
  if (exact) return isPseudoPostcode(exact) ? undefined : { postcode: exact.replace(' ', ''), isRepaired: false }
  const repaired = repairs(compact).find((candidate) => parsePostcode(candidate) !== undefined)
  return repaired === undefined ? undefined : { postcode: repaired, isRepaired: true }
}

/** Outward part of a normalised postcode, such as `LS1`. */
export function outcodeOf(postcode: string): string {
  return postcode.slice(0, -3)
}

/**
 * One key for an address without a property number: flat, number, the street's words and the postcode.
 *
 * @returns `undefined` unless there are a number, a street word and a postcode
 */
export function addressKey(lines: readonly string[], postcode: string | undefined): string | undefined {
  if (postcode === undefined) return undefined
  const words = lines.slice(0, 3).map(wordsOf)
  const numbered = words.flat().filter((word) => isNumber(word))
  const street = streetOf(words)
  if (numbered.length === 0 || street.length === 0) return undefined
  return [...numbered, ...street, postcode].join(' ')
}

/** The words after the last number of a line, or of the line after it: up to three, or to what says that it is a street. */
function streetOf(lines: readonly (readonly string[])[]): readonly string[] {
  const at = lines.findLastIndex((words) => words.some(isNumber))
  const words = lines[at] ?? []
  const after = words.slice(words.findLastIndex(isNumber) + 1)
  const named = after.length > 0 ? after : (lines[at + 1] ?? [])
  const kind = named.findIndex((word, place) => place > 0 && streetKinds.has(word))
  return named.slice(0, kind > 0 ? Math.min(kind, 3) : 3)
}

function wordsOf(line: string): readonly string[] {
  return foldLetters(line.slice(0, 200))
    .replace(/\./g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .map((word) => streetWords[word] ?? word)
    .filter((word) => word !== '' && word !== 'flat')
}

function isNumber(word: string): boolean {
  return /^\d+[a-z]?$/.test(word)
}

const streetWords: Readonly<Record<string, string>> = {
  ...{ apartment: 'flat', apt: 'flat', unit: 'flat', room: 'flat', no: 'flat', number: 'flat', saint: 'st' },
  ...{ rd: 'road', ave: 'avenue', av: 'avenue', ln: 'lane', cl: 'close', ct: 'court', cres: 'crescent', dr: 'drive' },
  ...{ gdns: 'gardens', gdn: 'gardens', pl: 'place', sq: 'square', tce: 'terrace', terr: 'terrace', str: 'street' },
}
const streetKinds = new Set(
  `street st road avenue lane close court crescent drive gardens place square terrace way grove hill park row walk mews
   rise view green yard wharf quay parade circus broadway`.split(/\s+/),
)

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
