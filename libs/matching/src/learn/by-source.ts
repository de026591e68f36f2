import type { Comparison } from '../model.js'
import type { Pairs } from './candidate-pairs.js'
import type { LevelTable } from './level-table.js'
import type { Pattern } from './patterns.js'
import { LevelCounts } from './tallies.js'

/** Pairs that the chances of all sources together count for, beside those of one pair of sources. */
const pooledPairs = 500
/** Milli-bits below which a difference is not worth keeping. */
const least = 50
/** Pairs less likely to be of one child are passed over. */
const leastWeight = 0.01

/** What a pair of sources adds to M, in milli-bits, by comparison and level. */
export type SourceCorrections = Readonly<Record<string, Partial<Record<Comparison, Readonly<Record<string, number>>>>>>

/** How the levels of pairs of one child differ between sources, because they err differently. */
export function sourceCorrections(
  observed: {
    readonly pairs: Pairs
    readonly patternOf: Int32Array
    readonly patterns: readonly Pattern[]
    readonly sources: readonly string[]
  },
  same: Float64Array,
  pooled: Float64Array,
  table: LevelTable,
): SourceCorrections {
  const counts = new Map<string, LevelCounts>()
  const sourceOf = (record = 0): string => observed.sources[record] ?? ''
  const countsOf = (key: string): LevelCounts => {
    const known = counts.get(key) ?? new LevelCounts(table)
    counts.set(key, known)
    return known
  }
  observed.patternOf.forEach((pattern, at) => {
    const levels = observed.patterns[pattern]
    const weight = same[pattern] ?? 0
    if (!levels || weight < leastWeight) return
    const key = sourcePairOf(sourceOf(observed.pairs.left[at]), sourceOf(observed.pairs.right[at]))
    countsOf(key).add(levels, weight)
  })
  const entries = [...counts].map(([key, of]) => [key, correctionsOf(of, pooled, table)] as const)
  return Object.fromEntries(entries.filter(([, of]) => Object.keys(of).length > 0).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Two sources under one name, whichever came first. */
function sourcePairOf(one: string, two: string): string {
  return one < two ? `${one} ${two}` : `${two} ${one}`
}

function correctionsOf(counts: LevelCounts, pooled: Float64Array, table: LevelTable): SourceCorrections[string] {
  const found: Partial<Record<Comparison, Record<string, number>>> = {}
  table.levels.forEach(({ comparison, level }, at) => {
    const all = pooled[at] ?? 0
    if (all <= 0) return
    const chance = ((counts.byLevel[at] ?? 0) + pooledPairs * all) / (counts.ofComparison(at) + pooledPairs)
    const milliBits = Math.round(1000 * Math.log2(chance / all))
    if (Math.abs(milliBits) >= least) (found[comparison] ??= {})[level] = milliBits
  })
  return found
}
