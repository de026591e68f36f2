import type { Clusters } from './clusters.js'
import { against, type Model } from './model.js'
import type { PairStore } from './pair-store.js'

/** One pair counts between these bounds in a mean, in milli-bits. */
const [leastPair, mostPair] = [-12_000, 15_000] as const
/** Of a large cluster, this many members speak. */
const mostSpeakers = 8

/** What two clusters' records say of being one person. */
export class ClusterEvidence {
  /** Pairs of the two sides under way: those of the first speaker of the left side first. */
  private readonly grid = new Int32Array(mostSpeakers * mostSpeakers)
  private rows = 0
  private columns = 0

  constructor(
    readonly pairs: PairStore,
    readonly model: Model,
    /** Records of one source are of different persons. */
    private readonly source: Int32Array | undefined,
  ) {}

  /** The mean of the pairs' clipped log odds, in milli-bits. */
  mean(left: readonly number[], right: readonly number[]): number {
    this.layOut(left, right)
    const cells = this.rows * this.columns
    const { scores } = this.pairs
    let sum = 0
    for (let cell = 0; cell < cells; cell += 1) {
      sum += Math.max(leastPair, Math.min(mostPair, scores[this.grid[cell] as number] as number))
    }
    return sum / cells
  }

  /**
   * Log odds in milli-bits, by comparison: for each record of a side the mean likelihood ratio over those of the
   * other side that have the field, so that one spelling among several suffices; averaged over the side.
   */
  profile(left: readonly number[], right: readonly number[]): number {
    this.layOut(left, right)
    let same = this.model.prior
    let kin = this.model.kinPrior
    for (let which = 0; which < this.pairs.comparisons.length; which += 1) {
      const weight = this.weightOf(which)
      same += weight
      kin += this.kinOf(which, weight)
    }
    return against(same, kin)
  }

  /** Whether two groups hold records of one source. */
  clashes(left: readonly number[], right: readonly number[]): boolean {
    const { source } = this
    if (source === undefined) return false
    return left.some((one) => (source[one] as number) >= 0 && right.some((two) => source[one] === source[two]))
  }

  /** Finds the pairs between the speakers of two sides. */
  private layOut(left: readonly number[], right: readonly number[]): void {
    const { pairs, model, grid } = this
    this.rows = Math.min(left.length, mostSpeakers)
    this.columns = Math.min(right.length, mostSpeakers)
    for (let row = 0, cell = 0; row < this.rows; row += 1) {
      const one = speaker(left, row)
      for (let column = 0; column < this.columns; column += 1, cell += 1) {
        grid[cell] = pairs.pairOf(one, speaker(right, column), model)
      }
    }
  }

  /** A single record is asked about the other side; of two groups each is. */
  private weightOf(which: number): number {
    const { rows, columns } = this
    if (rows === 1) return this.oneSided(which, 1, columns, columns, 1)
    if (columns === 1) return this.oneSided(which, 1, rows, 1, 1)
    return (this.oneSided(which, rows, columns, columns, 1) + this.oneSided(which, columns, rows, 1, columns)) / 2
  }

  /** What a comparison says for relatives: of names the mean over pairs, else as the profile's weight says. */
  private kinOf(which: number, weight: number): number {
    const levels = this.pairs.levels[which] as Int8Array
    const cells = this.rows * this.columns
    let sum = 0
    let count = 0
    for (let cell = 0; cell < cells; cell += 1) {
      const pair = this.grid[cell] as number
      if ((levels[pair] as number) < 0) continue
      sum += this.model.kinWeightOf(this.pairs, which, pair, weight)
      count += 1
    }
    return count === 0 ? 0 : sum / count
  }

  /** The grid read with `own` lines of `other` pairs, `ownStep` and `otherStep` cells apart. */
  // eslint-disable-next-line max-params -- called for every field of all that is looked at: an object would be garbage
  private oneSided(which: number, own: number, other: number, ownStep: number, otherStep: number): number {
    let sum = 0
    let linesThatHave = 0
    for (let line = 0; line < own; line += 1) {
      const weight = this.meanRatio(which, line * ownStep, other, otherStep)
      if (Number.isNaN(weight)) continue
      sum += weight
      linesThatHave += 1
    }
    return linesThatHave === 0 ? 0 : sum / linesThatHave
  }

  /** The mean likelihood ratio of pairs that have the field, as milli-bits; not a number if none has. */
  private meanRatio(which: number, start: number, cells: number, step: number): number {
    const levels = this.pairs.levels[which] as Int8Array
    let ratios = 0
    let count = 0
    let last = 0
    for (let at = 0, cell = start; at < cells; at += 1, cell += step) {
      const pair = this.grid[cell] as number
      if ((levels[pair] as number) < 0) continue
      last = this.model.weightOf(this.pairs, which, pair)
      ratios += 2 ** (last / 1000)
      count += 1
    }
    if (count === 0) return Number.NaN
    return count === 1 ? last : 1000 * Math.log2(ratios / count)
  }
}

/** One of the members who speak for a group: all of a small one. */
function speaker(members: readonly number[], at: number): number {
  return members[members.length <= mostSpeakers ? at : Math.floor((at * members.length) / mostSpeakers)] as number
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
