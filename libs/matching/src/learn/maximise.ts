import type { Pattern } from './patterns.js'
import type { LevelTable } from './level-table.js'
import { LevelCounts } from './tallies.js'
import type { Weights } from './weights.js'

/** Shares of all pairs that are of one child, or of siblings. */
export interface Priors {
  readonly same: number
  readonly sibling: number
}

/** Chances that a pair of a pattern is of one child, of siblings, or of neither. */
export interface Posterior {
  readonly same: Float64Array
  readonly unrelated: Float64Array
}

/** The posterior of every pattern under given weights. */
export function posteriorOf(patterns: readonly Pattern[], weights: Weights, priors: Priors): Posterior {
  const same = new Float64Array(patterns.length)
  const unrelated = new Float64Array(patterns.length)
  const other = Math.max(1e-12, 1 - priors.same - priors.sibling)
  patterns.forEach(({ levels, tfM, tfS }, at) => {
    let m = tfM
    let s = tfS
    for (const level of levels) {
      m += weights.m[level] ?? 0
      s += weights.s[level] ?? 0
    }
    const [ofSame, ofSibling] = [priors.same * 2 ** (m / 1000), priors.sibling * 2 ** (s / 1000)]
    const sum = ofSame + ofSibling + other
    same[at] = ofSame / sum
    unrelated[at] = other / sum
  })
  return { same, unrelated }
}

/** Pairs of each pattern among the candidates, and pairs that people have decided. */
interface Observed {
  readonly candidates: Float64Array
  readonly decidedSame: Float64Array
  readonly allPairs: number
}

/**
 * Expectation and maximisation over the candidates; all other pairs count as unrelated, so that the prior needs no labels.
 * What siblings look like stays as it was counted.
 *
 * @param next - the weights that follow from how pairs of one child look
 */
export function maximise(
  patterns: readonly Pattern[],
  observed: Observed,
  start: { readonly weights: Weights; readonly priors: Priors; readonly table: LevelTable },
  next: (same: LevelCounts) => Weights,
): { readonly weights: Weights; readonly priors: Priors; readonly posterior: Posterior; readonly rounds: number } {
  let { weights, priors } = start
  let posterior = posteriorOf(patterns, weights, priors)
  for (let round = 1; ; round += 1) {
    const counts = new LevelCounts(start.table)
    patterns.forEach((pattern, at) => {
      const fromCandidates = (observed.candidates[at] ?? 0) * (posterior.same[at] ?? 0)
      counts.add(pattern, fromCandidates + (observed.decidedSame[at] ?? 0))
    })
    weights = next(counts)
    const before = priors
    priors = priorsOf(observed, posterior)
    posterior = posteriorOf(patterns, weights, priors)
    const change = Math.abs(priors.same - before.same) / Math.max(before.same, Number.MIN_VALUE)
    if (change < 1e-4 || round === 60) return { weights, priors, posterior, rounds: round }
  }
}

function priorsOf({ candidates, allPairs }: Observed, { same, unrelated }: Posterior): Priors {
  let ofSame = 0
  let ofSibling = 0
  candidates.forEach((pairs, at) => {
    ofSame += pairs * (same[at] ?? 0)
    ofSibling += pairs * (1 - (same[at] ?? 0) - (unrelated[at] ?? 0))
  })
  return { same: Math.max(ofSame, 1e-3) / allPairs, sibling: Math.max(ofSibling, 1e-3) / allPairs }
}
