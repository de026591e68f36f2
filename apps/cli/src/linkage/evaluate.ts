import type { Linkage } from '#libs/matching'

/** How many were right of those found, how many were found of those there are, and their harmonic mean. */
export interface Accuracy {
  readonly precision: number
  readonly recall: number
  readonly f1: number
}

/** Figures of pairs judged one by one. */
export interface EdgeAccuracy extends Accuracy {
  readonly edges: number
  readonly falseEdges: number
  readonly falsePer1000Records: number
}

/** What a linkage is worth, against the truth. */
export interface Evaluation {
  readonly truePairs: number
  /** Share of true pairs that were retrieved, and of all pairs that were not. */
  readonly pairsCompleteness: number
  readonly reductionRatio: number
  readonly candidatesPerRecord: number
  /** Pairs the index retrieved, at p ≥ .95. */
  readonly edgesRetrieved: EdgeAccuracy
  /** The same with every pair inside a cluster scored. */
  readonly edgesWithClusters: EdgeAccuracy
  readonly clustersPairwise: Accuracy
  readonly clustersBCubed: Accuracy
  /** Expected calibration error of the retrieved pairs' probabilities, ten bins. */
  readonly calibrationError: number
}

/** p ≥ .95 in milli-bits, rounded so that no pair below it counts. */
const edgeScore = Math.ceil(1000 * Math.log2(0.95 / 0.05))

/** The probability that a pair is one person. */
export function probability(milliBits: number): number {
  return 1 / (1 + 2 ** (-Math.max(-60_000, Math.min(60_000, milliBits)) / 1000))
}

/** Measures a linkage. @param truth - a number for each record, equal for records of one person */
export function evaluate(linkage: Linkage, truth: Int32Array): Evaluation {
  const records = truth.length
  const truePairs = pairsInside(countsOf(truth))
  const { clustersPairwise, clustersBCubed } = evaluateClusters(linkage.clusterOf, truth)
  const found = trueAmong(linkage, truth, linkage.retrieved)
  const allPairs = (records * (records - 1)) / 2
  return {
    truePairs,
    pairsCompleteness: truePairs === 0 ? 1 : found / truePairs,
    reductionRatio: allPairs === 0 ? 1 : 1 - linkage.retrieved / allPairs,
    candidatesPerRecord: linkage.retrieved / Math.max(records, 1),
    edgesRetrieved: evaluateEdges(linkage, truth, { until: linkage.retrieved, truePairs }),
    edgesWithClusters: evaluateEdges(linkage, truth, { until: linkage.one.length, truePairs }),
    clustersPairwise,
    clustersBCubed,
    calibrationError: calibrationError(linkage, truth),
  }
}

function evaluateEdges(
  linkage: Linkage,
  truth: Int32Array,
  { until, truePairs }: { readonly until: number; readonly truePairs: number },
): EdgeAccuracy {
  let edges = 0
  let right = 0
  for (let pair = 0; pair < until; pair += 1) {
    if ((linkage.scores[pair] as number) < edgeScore) continue
    edges += 1
    if (isTrue(linkage, truth, pair)) right += 1
  }
  const falseEdges = edges - right
  const falsePer1000Records = (1000 * falseEdges) / Math.max(truth.length, 1)
  return { edges, falseEdges, falsePer1000Records, ...accuracy(right, edges, truePairs) }
}

function evaluateClusters(
  clusterOf: Int32Array,
  truth: Int32Array,
): Pick<Evaluation, 'clustersPairwise' | 'clustersBCubed'> {
  const persons = countsOf(truth)
  const clusters = countsOf(clusterOf)
  const both = countsOf(Float64Array.from(truth, (person, record) => person * 2 ** 26 + (clusterOf[record] as number)))
  let [precision, recall] = [0, 0]
  truth.forEach((person, record) => {
    const cluster = clusterOf[record] as number
    const together = both.get(person * 2 ** 26 + cluster) ?? 0
    precision += together / (clusters.get(cluster) ?? 1)
    recall += together / (persons.get(person) ?? 1)
  })
  const records = Math.max(truth.length, 1)
  return {
    clustersPairwise: accuracy(pairsInside(both), pairsInside(clusters), pairsInside(persons)),
    clustersBCubed: withF1(precision / records, recall / records),
  }
}

function calibrationError(linkage: Linkage, truth: Int32Array): number {
  const bins = Array.from({ length: 10 }, () => ({ expected: 0, found: 0 }))
  for (let pair = 0; pair < linkage.retrieved; pair += 1) {
    const chance = probability(linkage.scores[pair] as number)
    const bin = bins[Math.min(9, Math.floor(chance * 10))]
    if (bin === undefined) continue
    bin.expected += chance
    if (isTrue(linkage, truth, pair)) bin.found += 1
  }
  const apart = bins.reduce((sum, { expected, found }) => sum + Math.abs(expected - found), 0)
  return apart / Math.max(linkage.retrieved, 1)
}

function trueAmong(linkage: Linkage, truth: Int32Array, until: number): number {
  let right = 0
  for (let pair = 0; pair < until; pair += 1) if (isTrue(linkage, truth, pair)) right += 1
  return right
}

function isTrue({ one, two }: Linkage, truth: Int32Array, pair: number): boolean {
  return truth[one[pair] as number] === truth[two[pair] as number]
}

function accuracy(right: number, found: number, there: number): Accuracy {
  return withF1(found === 0 ? 1 : right / found, there === 0 ? 1 : right / there)
}

function withF1(precision: number, recall: number): Accuracy {
  const sum = precision + recall
  return { precision, recall, f1: sum === 0 ? 0 : (2 * precision * recall) / sum }
}

function countsOf(values: Int32Array | Float64Array): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

function pairsInside(counts: ReadonlyMap<number, number>): number {
  let pairs = 0
  for (const count of counts.values()) pairs += (count * (count - 1)) / 2
  return pairs
}
