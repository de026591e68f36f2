import type { Comparison } from './comparison.js'
import { chanceDependence, matchDependence } from './dependence.js'
import { estimate, type Dependence, type HotPairs, type Matches } from './estimate.js'
import { Model, probabilityOf } from './model.js'
import type { PairStore } from './pair-store.js'
import type { SampledPairs } from './sample-pairs.js'

const iterations = 12
const converged = 2e-4

/** What learning looks at: retrieved pairs, and pairs that stand for all. */
export interface Evidence {
  readonly pairs: PairStore
  readonly sample: SampledPairs
  readonly allPairs: number
  readonly records: number
}

const none: HotPairs = { list: new Int32Array(0), weights: new Float64Array(0) }

/**
 * Learns a model without labels, by expectation maximisation over the retrieved pairs; every pair that was not
 * retrieved counts as unrelated.
 */
export function learn({ pairs, sample, allPairs, records }: Evidence): Model {
  const { comparisons } = pairs
  let dependence: Dependence = { match: comparisons.map(() => undefined), chance: comparisons.map(() => undefined) }
  let model = startingModel(comparisons, sample, records)
  let hot = none
  let expected = 0
  for (let round = 0; round < iterations; round += 1) {
    model.score(pairs, 0, pairs.size)
    const matches = expectedMatches(pairs)
    if (round % 5 === 1) {
      model.score(sample.pairs, 0, sample.pairs.size)
      hot = hotPairs(sample, (pair) => probabilityOf(sample.pairs.scores[pair] as number))
      const isHot = (pair: number) => (sample.pairs.scores[pair] as number) > 0
      if (round === 1) dependence = { ...dependence, chance: chanceDependence(sample, isHot) }
    }
    const learned = estimate(matches.matches, sample, { hot, dependence })
    const prior = Math.round(1000 * Math.log2(Math.max(matches.expected, 1) / allPairs))
    model = new Model(comparisons, prior, learned, round > 0)
    if (Math.abs(matches.expected - expected) < converged * matches.expected && round > 1) break
    expected = matches.expected
  }
  return model
}

/** Learns again, taking every pair inside a cluster for one person, found by the index or not. */
export function learnFromClusters(evidence: Evidence, before: Model, clusterOf: Int32Array): Model {
  const { pairs, sample, allPairs } = evidence
  const isTogether = (store: PairStore, pair: number) =>
    clusterOf[store.one[pair] as number] === clusterOf[store.two[pair] as number]
  const weights = new Float32Array(pairs.size)
  const live: number[] = []
  for (let pair = 0; pair < pairs.size; pair += 1) {
    if (!isTogether(pairs, pair)) continue
    weights[pair] = 1
    live.push(pair)
  }
  const matches: Matches = { pairs, live: Int32Array.from(live), weights }
  const dependence: Dependence = {
    match: matchDependence(matches),
    chance: before.learned.map(({ chanceParent }) => chanceParent),
  }
  const hot = hotPairs(sample, (pair) => (isTogether(sample.pairs, pair) ? 1 : 0))
  const learned = estimate(matches, sample, { hot, dependence })
  const prior = Math.round(1000 * Math.log2(Math.max(live.length, 1) / allPairs))
  return new Model(pairs.comparisons, prior, learned)
}

function expectedMatches(pairs: PairStore): { readonly matches: Matches; readonly expected: number } {
  const weights = new Float32Array(pairs.size)
  const live = new Int32Array(pairs.size)
  let count = 0
  let expected = 0
  for (let pair = 0; pair < pairs.size; pair += 1) {
    const score = pairs.scores[pair] as number
    if (score < -20_000) continue
    const probability = probabilityOf(score)
    expected += probability
    if (probability < 1e-3) continue
    weights[pair] = probability
    live[count] = pair
    count += 1
  }
  return { matches: { pairs, live: live.subarray(0, count), weights }, expected }
}

function hotPairs({ pairs, stands }: SampledPairs, shareOf: (pair: number) => number): HotPairs {
  const list: number[] = []
  const weights: number[] = []
  for (let pair = 0; pair < pairs.size; pair += 1) {
    const share = shareOf(pair)
    if (share < 1e-3) continue
    list.push(pair)
    weights.push(share * (stands[pair] as number))
  }
  return { list: Int32Array.from(list), weights: Float64Array.from(weights) }
}

/** Matches as guessed before anything is known, unrelated pairs as sampled; one match in N pairs a record. */
function startingModel(comparisons: readonly Comparison[], sample: SampledPairs, records: number): Model {
  const nothing = comparisons.map(() => undefined)
  const learned = estimate(undefined, sample, { hot: none, dependence: { match: nothing, chance: nothing } })
  return new Model(comparisons, Math.round(-1000 * Math.log2(records)), learned, false)
}
