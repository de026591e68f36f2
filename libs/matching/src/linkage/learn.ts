import type { Comparison } from './comparison.js'
import { chanceDependence, matchDependence } from './dependence.js'
import { estimate, type Dependence, type Matches } from './estimate.js'
import { Model, probabilityOf } from './model.js'
import type { PairStore } from './pair-store.js'
import { guessedShares, sharesOfRelatives } from './relatives.js'
import { compareSampleAgain, type HotPairs, type SampledPairs } from './sample-pairs.js'

const iterations = 12
const converged = 2e-4
/** After this many rounds the number of matches is known well enough to tell common names from repeated ones. */
const repeatsKnown = 2

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
  const guesses = guessedShares(pairs)
  let model = startingModel(comparisons, sample, { records, guesses })
  let hot = none
  let expected = 0
  for (let round = 0; round < iterations; round += 1) {
    model.score(pairs, 0, pairs.size)
    const matches = matchesBy(pairs, (pair) => probabilityOf(pairs.scores[pair] as number))
    if (round % 5 === 1) {
      model.score(sample.pairs, 0, sample.pairs.size)
      hot = hotPairs(sample, (pair) => probabilityOf(sample.pairs.scores[pair] as number))
      const isHot = (pair: number) => (sample.pairs.scores[pair] as number) > 0
      if (round === 1) dependence = { ...dependence, chance: chanceDependence(sample, isHot) }
    }
    if (round === repeatsKnown) expectRepeats(pairs, sample, 1 + (2 * matches.expected) / records)
    const shared = round > 0 ? sharesOfRelatives(pairs, model, guesses) : guesses
    const learned = estimate(matches.matches, sample, { hot, dependence, shared })
    const prior = Math.round(1000 * Math.log2(Math.max(matches.expected, 1) / allPairs))
    const kinPrior = kinPriorOf(pairs, allPairs)
    model = new Model(comparisons, { prior, kinPrior }, learned, round > 0)
    if (Math.abs(matches.expected - expected) < converged * matches.expected && round > 1) break
    expected = matches.expected
  }
  return model
}

/** Learns again, taking every pair inside a cluster for one person, found by the index or not. */
export function learnFromClusters(evidence: Evidence, before: Model, clusterOf: Int32Array): Model {
  const { pairs, sample, allPairs } = evidence
  const { matches, expected } = matchesOfClusters(pairs, clusterOf)
  const dependence: Dependence = {
    match: matchDependence(matches),
    chance: before.learned.map(({ chanceParent }) => chanceParent),
  }
  const hot = hotPairs(sample, (pair) => (isTogether(sample.pairs, pair, clusterOf) ? 1 : 0))
  const shared = sharesOfRelatives(pairs, before, guessedShares(pairs))
  const learned = estimate(matches, sample, { hot, dependence, shared })
  const prior = Math.round(1000 * Math.log2(Math.max(expected, 1) / allPairs))
  const kinPrior = kinPriorOf(pairs, allPairs)
  return new Model(pairs.comparisons, { prior, kinPrior }, learned)
}

/** Tells comparisons how often a person is repeated, and compares again what that changes. */
function expectRepeats(pairs: PairStore, sample: SampledPairs, recordsPerPerson: number): void {
  pairs.comparisons.forEach(({ expectRepeats: tell, levels }, which) => {
    if (tell === undefined) return
    tell(recordsPerPerson)
    const top = levels - 1
    pairs.compareAgain(which, (pair) => pairs.levels[which]?.[pair] === top)
    compareSampleAgain(sample, which, (pair) => sample.pairs.levels[which]?.[pair] === top)
  })
}

/**
 * Pairs inside a cluster of three or more are matches; where a pair stands alone, joined or not, nothing but its
 * own score speaks for it, so that it counts as far as it is likely.
 */
function matchesOfClusters(pairs: PairStore, clusterOf: Int32Array): Expected {
  const sizes = new Int32Array(clusterOf.reduce((most, cluster) => Math.max(most, cluster), 0) + 1)
  for (const cluster of clusterOf) sizes[cluster] = (sizes[cluster] as number) + 1
  const sizeOf = (record: number) => sizes[clusterOf[record] as number] as number
  return matchesBy(pairs, (pair) => {
    const one = sizeOf(pairs.one[pair] as number)
    const isJoined = isTogether(pairs, pair, clusterOf)
    if (isJoined && one > 2) return 1
    const standsAlone = isJoined || (one === 1 && sizeOf(pairs.two[pair] as number) === 1)
    return standsAlone ? probabilityOf(pairs.scores[pair] as number) : 0
  })
}

function isTogether(pairs: PairStore, pair: number, clusterOf: Int32Array): boolean {
  return clusterOf[pairs.one[pair] as number] === clusterOf[pairs.two[pair] as number]
}

/** Log odds that any two records are of relatives, from the pairs that look like it as scored; one pair at least. */
function kinPriorOf({ size, scores, kins }: PairStore, allPairs: number): number {
  let expected = 1
  for (let pair = 0; pair < size; pair += 1) {
    expected += (1 - probabilityOf(scores[pair] as number)) * probabilityOf(kins[pair] as number)
  }
  return Math.round(1000 * Math.log2(expected / allPairs))
}

interface Expected {
  readonly matches: Matches
  readonly expected: number
}

function matchesBy(pairs: PairStore, shareOf: (pair: number) => number): Expected {
  const weights = new Float32Array(pairs.size)
  const live = new Int32Array(pairs.size)
  let count = 0
  let expected = 0
  for (let pair = 0; pair < pairs.size; pair += 1) {
    const share = shareOf(pair)
    expected += share
    if (share < 1e-3) continue
    weights[pair] = share
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
function startingModel(
  comparisons: readonly Comparison[],
  sample: SampledPairs,
  { records, guesses }: { readonly records: number; readonly guesses: readonly number[] },
): Model {
  const nothing = comparisons.map(() => undefined)
  const dependence = { match: nothing, chance: nothing }
  const learned = estimate(undefined, sample, { hot: none, dependence, shared: guesses })
  const prior = Math.round(-1000 * Math.log2(records))
  return new Model(comparisons, { prior, kinPrior: prior - 3000 }, learned, false)
}
