import { levelRoom, type Comparison } from './comparison.js'

/** Pairs, and what their comparisons come to. */
export interface ComparedPairs {
  readonly size: number
  readonly one: Int32Array
  readonly two: Int32Array
  /** By comparison, then pair: the level, -1 missing. */
  readonly levels: readonly Int8Array[]
  /** By comparison, then pair: rarity of what agrees, in milli-bits. */
  readonly rarities: readonly Uint16Array[]
}

/** Compares pairs `from` to `to - 1`, one comparison after the other. */
export function comparePairs(comparisons: readonly Comparison[], pairs: ComparedPairs, from: number, to: number): void {
  const end = Math.min(to, pairs.size)
  for (let which = 0; which < comparisons.length; which += 1) {
    const { compare } = comparisons[which] as Comparison
    const levels = pairs.levels[which] as Int8Array
    const rarities = pairs.rarities[which] as Uint16Array
    for (let pair = from; pair < end; pair += 1) {
      const answer = compare(pairs.one[pair] as number, pairs.two[pair] as number)
      levels[pair] = answer < 0 ? -1 : answer % levelRoom
      rarities[pair] = answer < 0 ? 0 : Math.min(65535, Math.floor(answer / levelRoom))
    }
  }
}
