import type { Comparison, SourceWeights } from '../model.js'
import type { Pairs } from './candidate-pairs.js'
import type { LevelTable } from './level-table.js'
import type { Pattern } from './patterns.js'
import { LevelCounts } from './tallies.js'
import { withinBounds } from './weights.js'

/** Pairs that the chances of all sources together count for, beside those of one source. */
const pooledPairs = 500
/** Milli-bits below which a difference is not worth keeping. */
const least = 50
/** Pairs less likely to be of one child are passed over. */
const leastWeight = 0.01

/**
 * How the levels of pairs of one child differ by source, since identifiers and names are got wrong differently: of each
 * source, all pairs that a record of it is in, whatever the other is of, so that a record can be weighed by who sent it alone.
 *
 * @see identity.md §10, Per-source m
 */
export function sourceWeights(
  observed: {
    readonly pairs: Pairs
    readonly patternOf: Int32Array
    readonly patterns: readonly Pattern[]
    readonly sources: readonly string[]
  },
  same: Float64Array,
  pooled: Float64Array,
  table: LevelTable,
): SourceWeights {
  const counts = new Map<string, LevelCounts>()
  const countsOf = (source: string): LevelCounts => {
    const known = counts.get(source) ?? new LevelCounts(table)
    counts.set(source, known)
    return known
  }
  observed.patternOf.forEach((pattern, at) => {
    const levels = observed.patterns[pattern]
    const weight = same[pattern] ?? 0
    if (!levels || weight < leastWeight) return
    for (const source of sourcesOf(observed, at)) countsOf(source).add(levels, weight)
  })
  const entries = [...counts].map(([source, of]) => [source, ownOf(of, pooled, table)] as const)
  return Object.fromEntries(entries.filter(([, of]) => Object.keys(of).length > 0).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Of two records of one source, that one once. */
function sourcesOf({ pairs, sources }: { pairs: Pairs; sources: readonly string[] }, at: number): ReadonlySet<string> {
  return new Set([pairs.left[at], pairs.right[at]].flatMap((record) => sources[record ?? -1] ?? []))
}

/** What a source adds to M; how often its records may disagree is bounded as it is for all. */
function ownOf(counts: LevelCounts, pooled: Float64Array, table: LevelTable): SourceWeights[string] {
  const found: Partial<Record<Comparison, Record<string, number>>> = {}
  const chances = pooled.map(
    (all, at) => ((counts.byLevel[at] ?? 0) + pooledPairs * all) / (counts.ofComparison(at) + pooledPairs),
  )
  withinBounds(chances, table).forEach((chance, at) => {
    const [numbered, all] = [table.levels[at], pooled[at] ?? 0]
    const milliBits = all > 0 ? Math.round(1000 * Math.log2(chance / all)) : 0
    if (numbered && Math.abs(milliBits) >= least) (found[numbered.comparison] ??= {})[numbered.level] = milliBits
  })
  return found
}
