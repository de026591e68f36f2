import { agglomerate } from './agglomerate.js'
import { ClusterEvidence, sizesOf } from './cluster-evidence.js'
import { comparisonsOf } from './comparisons.js'
import type { Comparison, Concerned } from './comparison.js'
import type { Clusters } from './clusters.js'
import type { ComparedPairs } from './compare-pairs.js'
import { Crew, type Helpers } from './crew.js'
import { collectFeatures, type Features } from './features.js'
import { GrowingList } from './growing-list.js'
import { InformationIndex, mostFound } from './information-index.js'
import { learn, learnFromClusters, type Evidence } from './learn.js'
import { learnVariants } from './mine-variants.js'
import type { Model } from './model.js'
import { PairStore } from './pair-store.js'
import { Arrivals } from './arrivals.js'
import { postingsFor } from './postings.js'
import { randomFrom } from './random.js'
import { canonicalOrder, reordered, repeatsBefore, type LinkageRecords } from './records.js'
import { neighboursOf, refine } from './refine.js'
import {
  compareSampleAgain,
  drawPairs,
  populationOf,
  type DrawnPairs,
  type Population,
  type SampledPairs,
} from './sample-pairs.js'
import { sharedInt32 } from './shared-numbers.js'
import { workOn, type Finding } from './shared-work.js'

const relearnings = 2
const refinements = 3

/** Tells what is being done; for whoever waits. */
type Progress = (step: string) => void

/** Two records, the log odds that they are one person, and whether the index had retrieved the pair. */
export interface Linkage {
  /** Record (as given) → number of its cluster, 0 on. */
  readonly clusterOf: Int32Array
  /** Pairs that were compared, by indices of records as given; the first `retrieved` were found by the index. */
  readonly one: Int32Array
  readonly two: Int32Array
  readonly scores: Int32Array
  readonly retrieved: number
  readonly model: Model
}

/** Links records in one go. */
export async function linkBatch(records: LinkageRecords, options: LinkageOptions): Promise<Linkage> {
  const order = canonicalOrder(records)
  const ordered = reordered(records, order)
  const learned = await learnLinkage(ordered, options)
  const { evidence, model, clusters, population } = learned
  const profiles = new ClusterEvidence(evidence.pairs, model, population.source)
  options.progress?.('profiles')
  refine(profiles, clusters, neighboursOf(profiles, population.records, learned.retrieved), { rounds: refinements })
  uniteRepeats(ordered, clusters, profiles)
  return asGiven(learned, order)
}

/**
 * Links records one at a time, in an order drawn by the seed, with a model learned from all of them beforehand: each
 * joins the person with most evidence or begins one, and the persons it touches are looked at again.
 */
export async function linkOnline(records: LinkageRecords, options: LinkageOptions): Promise<Linkage> {
  const order = canonicalOrder(records)
  const ordered = reordered(records, order)
  const learned = await learnLinkage(ordered, options)
  options.progress?.('arrivals')
  const { comparisons, features, population, model } = learned
  const arrivals = new Arrivals({ comparisons, features, population, model })
  for (const record of shuffled(records.count, options.seed)) arrivals.add(record)
  arrivals.settle()
  uniteRepeats(ordered, arrivals.clusters, new ClusterEvidence(arrivals.pairs, model, population.source))
  const evidence = { ...learned.evidence, pairs: arrivals.pairs }
  return asGiven({ ...learned, evidence, retrieved: arrivals.pairs.size, clusters: arrivals.clusters }, order)
}

/**
 * Records that say the same belong together, if together they say enough: which of them a person was found by is a
 * matter of their ids alone.
 */
function uniteRepeats(records: LinkageRecords, clusters: Clusters, evidence: ClusterEvidence): void {
  const isRepeat = repeatsBefore(records)
  for (let record = 1; record < records.count; record += 1) {
    if (!isRepeat(record)) continue
    const [one, two] = [clusters.clusterOf(record - 1), clusters.clusterOf(record)]
    if (one === two || evidence.mean([record - 1], [record]) < 0) continue
    const isSmaller = clusters.members(two).length < clusters.members(one).length
    const [moving, to] = isSmaller ? [record, one] : [record - 1, two]
    const others = clusters.members(to)
    if (!evidence.clashes([moving], others)) clusters.move(moving, to)
  }
}

function shuffled(count: number, seed: number): Int32Array {
  const random = randomFrom(seed)
  const order = Int32Array.from({ length: count }, (_, at) => at)
  for (let at = count - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1))
    const held = order[at] as number
    order[at] = order[other] as number
    order[other] = held
  }
  return order
}

interface LearnedLinkage {
  readonly comparisons: readonly Comparison[]
  readonly features: Features
  readonly population: Population
  readonly evidence: Evidence
  readonly retrieved: number
  readonly model: Model
  readonly clusters: Clusters
}

/** Who waits, and who helps. */
interface LinkageOptions {
  readonly seed: number
  readonly progress?: Progress
  readonly helpers?: Helpers | undefined
}

async function learnLinkage(
  records: LinkageRecords,
  { seed, progress = () => undefined, helpers }: LinkageOptions,
): Promise<LearnedLinkage> {
  helpers?.learnOf(records)
  progress('comparisons')
  const comparisons = comparisonsOf(records)
  const population = populationOf(records.count, records.source?.at)
  progress('index')
  const features = collectFeatures(comparisons, records.count)
  const postings = postingsFor(features)
  const index = new InformationIndex(features, population.source, postings)
  for (let record = 0; record < records.count; record += 1) index.add(record)
  progress('retrieval')
  const crew = new Crew(comparisons, helpers)
  const { one, two } = await retrieve(crew, { features, postings, source: population.source }, records.count)
  const pairs = PairStore.of(comparisons, one, two)
  const comparing = crew.begin(workOn(pairs.size, { comparing: partsOf(pairs) }))
  progress('sample')
  const drawn = drawPairs(population, { features, index, seed })
  await comparing()
  const sample = await compareSample(crew, comparisons, drawn)
  pairs.enter()
  const evidence: Evidence = { pairs, sample, allPairs: population.allPairs, records: records.count }
  return learnAgain({ comparisons, features, population, evidence, retrieved: pairs.size }, progress)
}

async function compareSample(
  crew: Crew,
  comparisons: readonly Comparison[],
  { one, two, stands, pairARecord }: DrawnPairs,
): Promise<SampledPairs> {
  const pairs = PairStore.of(comparisons, one, two)
  await crew.begin(workOn(pairs.size, { comparing: partsOf(pairs) }))()
  return { pairs, stands, pairARecord, tallies: new Map() }
}

/** Learns a model and clusters, and twice again from the clusters. */
function learnAgain(parts: Omit<LearnedLinkage, 'model' | 'clusters'>, progress: Progress): LearnedLinkage {
  const { comparisons, evidence, population, retrieved } = parts
  const { pairs, sample, records } = evidence
  progress('learning')
  let model = learn(evidence)
  let clusters = grouped(evidence, { model, population, retrieved })
  for (let round = 0; round < relearnings; round += 1) {
    progress('learning again')
    for (const members of clusters.all.values()) compareAll(pairs, members, model)
    model = learnFromClusters(evidence, model, clusters.of)
    clusters = grouped(evidence, { model, population, retrieved }, clusters)
    if (round > 0) continue
    for (const { which, isConcerned } of learnVariants(comparisons, clusters)) {
      const concerns = concernedRecords(records, isConcerned)
      pairs.compareAgain(which, pairsOf(pairs, concerns))
      compareSampleAgain(sample, which, pairsOf(sample.pairs, concerns))
    }
  }
  return { ...parts, model, clusters }
}

function concernedRecords(count: number, isConcerned: Concerned): Uint8Array {
  return Uint8Array.from({ length: count }, (_, record) => (isConcerned(record) ? 1 : 0))
}

/** Pairs of which both records are concerned. */
function pairsOf({ one, two }: PairStore, concerned: Uint8Array): (pair: number) => boolean {
  return (pair) => concerned[one[pair] as number] === 1 && concerned[two[pair] as number] === 1
}

/** Pairs of which one record finds the other, each once, as they come. */
async function retrieve(
  crew: Crew,
  where: Pick<Finding, 'features' | 'postings' | 'source'>,
  records: number,
): Promise<{ readonly one: Int32Array; readonly two: Int32Array }> {
  const found = sharedInt32(records * mostFound)
  const counts = new Uint8Array(new SharedArrayBuffer(records))
  await crew.begin(workOn(records, { finding: { ...where, found, counts } }))()
  const one = new GrowingList(1 << 16)
  const two = new GrowingList(1 << 16)
  for (let record = 0; record < records; record += 1) {
    const others = foundBy(record, found, counts)
    for (const other of others) {
      if (other < record && foundBy(other, found, counts).includes(record)) continue
      one.push(Math.min(record, other))
      two.push(Math.max(record, other))
    }
  }
  return { one: one.values, two: two.values }
}

function foundBy(record: number, found: Int32Array, counts: Uint8Array): Int32Array {
  const start = record * mostFound
  return found.subarray(start, start + (counts[record] as number))
}

/** What threads need of a store to compare its pairs. */
function partsOf({ size, one, two, levels, rarities }: PairStore): ComparedPairs {
  return { size, one, two, levels, rarities }
}

function grouped(
  { pairs, records }: Evidence,
  {
    model,
    population,
    retrieved,
  }: { readonly model: Model; readonly population: Population; readonly retrieved: number },
  before?: Clusters,
): Clusters {
  model.score(pairs, 0, pairs.size)
  const evidence = new ClusterEvidence(pairs, model, population.source)
  return agglomerate(evidence, records, retrieved, before === undefined ? () => 0 : sizesOf(before))
}

function compareAll(pairs: PairStore, members: readonly number[], model: Model): void {
  members.forEach((one, at) => {
    for (const two of members.slice(at + 1)) pairs.pairOf(one, two, model)
  })
}

function asGiven({ evidence, clusters, retrieved, model }: LearnedLinkage, order: Int32Array): Linkage {
  const { pairs } = evidence
  const clusterOf = new Int32Array(order.length)
  const numbers = new Map<number, number>()
  order.forEach((record, at) => {
    const cluster = clusters.clusterOf(at)
    const number = numbers.get(cluster) ?? numbers.size
    numbers.set(cluster, number)
    clusterOf[record] = number
  })
  const given = (indices: Int32Array) => indices.subarray(0, pairs.size).map((at) => order[at] as number)
  const scores = pairs.scores.slice(0, pairs.size)
  return { clusterOf, one: given(pairs.one), two: given(pairs.two), scores, retrieved, model }
}
