import type { Comparable } from './comparable.js'
import type { LevelOf } from './model.js'
import { outcodeOf, sectorOf, signsOf, type PostcodeCode } from './number-codes.js'

/** Share of children at a postcode, in a million. */
export type PostcodeShare = (postcode: PostcodeCode) => number

/** Shares below which a postcode says much, less, and little; from the last one on it says no more than its sector. */
const bands: readonly (readonly [number, LevelOf<'residence'>])[] = [
  [10, 'postcode-rare'],
  [100, 'postcode-common'],
  [1000, 'postcode-hot'],
]

type Housed = Pick<Comparable, 'places' | 'postcodes'>

/** The level of where two records live or lived: one comparison, so that address and postcode never add up. */
export function compareResidence(left: Housed, right: Housed, share: PostcodeShare): LevelOf<'residence'> | undefined {
  for (const place of left.places) if (right.places.includes(place)) return 'place'
  if (left.postcodes.length === 0 || right.postcodes.length === 0) return undefined
  return samePostcode(left.postcodes, right.postcodes, share) ?? nearPostcode(left.postcodes, right.postcodes)
}

/** Several postcodes in common are rarer than one: their shares are multiplied. */
function samePostcode(
  these: readonly PostcodeCode[],
  those: readonly PostcodeCode[],
  share: PostcodeShare,
): LevelOf<'residence'> | undefined {
  let found = 1_000_000
  for (const one of these) if (those.includes(one)) found *= share(one) / 1_000_000
  for (const [below, level] of bands) if (found < below) return level
  return undefined
}

function nearPostcode(these: readonly PostcodeCode[], those: readonly PostcodeCode[]): LevelOf<'residence'> {
  let best: LevelOf<'residence'> = 'none'
  for (const one of these)
    for (const two of those) {
      if (sectorOf(one) === sectorOf(two)) return 'sector'
      if (best !== 'one-edit' && isOneSlip(one, two)) best = 'one-edit'
      if (best === 'none' && outcodeOf(one) === outcodeOf(two)) best = 'outcode'
    }
  return best
}

const letters = 37 * 37
const these = new Uint8Array(8)
const those = new Uint8Array(8)

/** One sign inserted, left out or replaced, or two neighbours exchanged. */
function isOneSlip(one: PostcodeCode, two: PostcodeCode): boolean {
  if (one % letters !== two % letters && outcodeOf(one) !== outcodeOf(two)) return false
  return one < two ? isSlipFrom(one, two) : isSlipFrom(two, one)
}

/** Of the shorter one, or either; a slip leaves the outward part as it is, or else the two letters at the end. */
function isSlipFrom(one: PostcodeCode, two: PostcodeCode): boolean {
  const [length, other] = [signsOf(one, these), signsOf(two, those)]
  if (other - length > 1) return false
  const at = firstDifference(length)
  if (other > length) return isSameFrom(at, at + 1, length)
  const isSwap = these[at] === those[at + 1] && these[at + 1] === those[at]
  return isSameFrom(at + 1, at + 1, length) || (isSwap && isSameFrom(at + 2, at + 2, length))
}

function firstDifference(length: number): number {
  let at = 0
  while (at < length && these[at] === those[at]) at += 1
  return at
}

function isSameFrom(at: number, other: number, length: number): boolean {
  for (let step = 0; at + step < length; step += 1) if (these[at + step] !== those[other + step]) return false
  return true
}
