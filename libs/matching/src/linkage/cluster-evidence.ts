import type { Clusters } from './clusters.js'
import { against, type Model } from './model.js'
import type { PairStore } from './pair-store.js'

/** One pair counts between these bounds in a mean, in milli-bits. */
const [leastPair, mostPair] = [-12_000, 15_000] as const
/** Of a large cluster, this many members speak. */
const mostSpeakers = 8

/** What two clusters' records say of being one person. */
export class ClusterEvidence {
  constructor(
    readonly pairs: PairStore,
    readonly model: Model,
    /** Records of one source are of different persons. */
    private readonly source: Int32Array | undefined,
  ) {}

  /** The mean of the pairs' clipped log odds, in milli-bits. */
  mean(left: readonly number[], right: readonly number[]): number {
    const these = speakers(left)
    const those = speakers(right)
    let sum = 0
    for (const one of these) {
      for (const two of those) {
        const score = this.pairs.scores[this.pairs.pairOf(one, two, this.model)] as number
        sum += Math.max(leastPair, Math.min(mostPair, score))
      }
    }
    return sum / (these.length * those.length)
  }

  /**
   * Log odds in milli-bits, by comparison: for each record of a side the mean likelihood ratio over those of the
   * other side that have the field, so that one spelling among several suffices; averaged over the side.
   */
  profile(left: readonly number[], right: readonly number[]): number {
    const these = speakers(left)
    const those = speakers(right)
    const table = these.map((one) => those.map((two) => this.pairs.pairOf(one, two, this.model)))
    const turned = those.map((_, at) => table.map((row) => row[at] as number))
    const sides = these.length === 1 ? [table] : those.length === 1 ? [turned] : [table, turned]
    let same = this.model.prior
    let kin = this.model.kinPrior
    for (let which = 0; which < this.pairs.comparisons.length; which += 1) {
      const weight = sides.reduce((sum, rows) => sum + this.oneSided(which, rows), 0) / sides.length
      const [pair] = table[0] ?? []
      same += weight
      if (pair !== undefined) kin += this.kinOf(which, table, weight)
    }
    return against(same, kin)
  }

  /** Whether two groups hold records of one source. */
  clashes(left: readonly number[], right: readonly number[]): boolean {
    const { source } = this
    if (source === undefined) return false
    return left.some((one) => (source[one] as number) >= 0 && right.some((two) => source[one] === source[two]))
  }

  /** What a comparison says for relatives: of names the mean over pairs, else as the profile's weight says. */
  private kinOf(which: number, table: readonly (readonly number[])[], weight: number): number {
    let sum = 0
    let count = 0
    for (const row of table) {
      for (const pair of row) {
        if ((this.pairs.levels[which]?.[pair] as number) < 0) continue
        sum += this.model.kinWeightOf(this.pairs, which, { pair, weight })
        count += 1
      }
    }
    return count === 0 ? 0 : sum / count
  }

  private oneSided(which: number, rows: readonly (readonly number[])[]): number {
    const levels = this.pairs.levels[which] as Int8Array
    let sum = 0
    let rowsThatHave = 0
    for (const row of rows) {
      let ratios = 0
      let count = 0
      for (const pair of row) {
        if ((levels[pair] as number) < 0) continue
        ratios += 2 ** (this.model.weightOf(this.pairs, which, pair) / 1000)
        count += 1
      }
      if (count === 0) continue
      sum += 1000 * Math.log2(ratios / count)
      rowsThatHave += 1
    }
    return rowsThatHave === 0 ? 0 : sum / rowsThatHave
  }
}

function speakers(members: readonly number[]): readonly number[] {
  if (members.length <= mostSpeakers) return members
  return Array.from(
    { length: mostSpeakers },
    (_, at) => members[Math.floor((at * members.length) / mostSpeakers)] as number,
  )
}

/** How much harder it is for clusters of two sizes to be one than for two single records: milli-bits, never positive. */
export type SizePrior = (one: number, two: number) => number

/** Learned from the sizes of the clusters themselves. */
export function sizePriorOf(clusters: Iterable<readonly number[]>): SizePrior {
  const bySize: number[] = []
  let total = 0
  for (const { length } of clusters) {
    bySize[length] = (bySize[length] ?? 0) + 1
    total += 1
  }
  const atLeast = new Float64Array(bySize.length + 1)
  for (let size = bySize.length - 1; size >= 1; size -= 1) {
    atLeast[size] = (atLeast[size + 1] as number) + (bySize[size] ?? 0)
  }
  const share = (size: number) => ((size < atLeast.length ? (atLeast[size] as number) : 0) + 0.5) / (total + 1)
  const base = Math.log2(share(2) / share(1))
  return (one, two) => {
    if (one + two < 3) return 0
    return Math.min(0, Math.round(1000 * (Math.log2(share(one + two) / share(Math.max(one, two))) - base)))
  }
}

export function sizesOf(clusters: Clusters): SizePrior {
  return sizePriorOf(clusters.all.values())
}
