import type { Profile } from '../profile.js'
import type { Pairs } from './candidate-pairs.js'
import type { LevelTable } from './level-table.js'
import type { Posterior } from './maximise.js'
import type { Patterns } from './patterns.js'
import { seeded } from './seeded.js'
import { LevelCounts } from './tallies.js'

/** How unrelated pairs look. */
export interface Unrelated {
  readonly chances: Float64Array
  /** Pairs of each level that were looked at. */
  readonly seen: Float64Array
}

/** Pairs drawn by chance from all that are no candidates, by pattern. */
interface Drawn {
  readonly byPattern: Float64Array
  readonly pairs: number
}

/** Draws pairs that share no blocking key, with a fixed seed; the candidates are the other stratum. */
export function drawOthers(
  profiles: readonly Profile[],
  pairs: Pairs,
  patterns: Patterns,
  { seed, many }: { readonly seed: number; readonly many: number },
): Drawn {
  const random = seeded(seed)
  const somebody = () => Math.floor(random() * profiles.length)
  const observed = (one: number, two: number): number | undefined => {
    const [left, right] = [profiles[one], profiles[two]]
    return left && right && one !== two && !pairs.has(one, two) ? patterns.observe(left, right) : undefined
  }
  const drawn: number[] = []
  for (let tries = 0; drawn.length < many && tries < 4 * many; tries += 1) {
    const pattern = observed(somebody(), somebody())
    if (pattern !== undefined) drawn.push(pattern)
  }
  const byPattern = new Float64Array(patterns.list.length)
  for (const pattern of drawn) byPattern[pattern] = (byPattern[pattern] ?? 0) + 1
  return { byPattern, pairs: drawn.length }
}

/**
 * How unrelated pairs look: the candidates less what looks like one child or like siblings, and the pairs drawn, which
 * stand for all the others; and pairs that people have told apart.
 */
export function unrelatedOf(
  patterns: Patterns,
  table: LevelTable,
  strata: {
    readonly candidates: Float64Array
    readonly decidedOther: Float64Array
    readonly drawn: Drawn
    readonly allPairs: number
  },
  { same, unrelated }: Posterior,
): Unrelated {
  const { candidates, decidedOther, drawn, allPairs } = strata
  const found = candidates.reduce((sum, pairs) => sum + pairs, 0)
  const standsFor = drawn.pairs === 0 ? 0 : Math.max(0, allPairs - found) / drawn.pairs
  const [counts, seen] = [new LevelCounts(table), new LevelCounts(table)]
  patterns.list.forEach((pattern, at) => {
    const chance = unrelated[at] ?? 0
    const toldApart = ((decidedOther[at] ?? 0) * chance) / Math.max(1e-9, 1 - (same[at] ?? 0))
    const ofCandidates = (candidates[at] ?? 0) * chance + toldApart
    const ofOthers = drawn.byPattern[at] ?? 0
    counts.add(pattern, ofCandidates + ofOthers * standsFor)
    seen.add(pattern, ofCandidates + ofOthers)
  })
  return { chances: Float64Array.from(table.levels, (_, level) => counts.chance(level, 0)), seen: seen.byLevel }
}
