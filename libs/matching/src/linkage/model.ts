import type { Comparison } from './comparison.js'
import type { PairStore, Scorer } from './pair-store.js'

/** A rarity moves a weight by at most this many milli-bits. */
const rarityLimit = 8000

/** Below this, relatives take nothing from one person; above the other bound, chance takes nothing from relatives. */
const [leastKin, mostKin] = [-10_000, 40_000] as const
/** What relatives of whole milli-bits take from one person. */
const takenByKin = Float64Array.from({ length: mostKin - leastKin + 1 }, (_, at) => takenBy(at + leastKin))

function takenBy(kin: number): number {
  return 1000 * Math.log2(1 + 2 ** (kin / 1000))
}

/** What two hypotheses come to together, one of which has log odds of whole milli-bits against the other. */
function either(odds: number): number {
  if (odds < leastKin) return 0
  return odds > mostKin ? odds : Math.round(takenByKin[odds - leastKin] ?? takenBy(odds))
}

/** Log odds of one hypothesis against the sum of another and of chance, all in milli-bits. */
export function against(same: number, kin: number): number {
  if (kin < leastKin) return Math.round(same)
  if (kin > mostKin) return Math.round(same - kin)
  return Math.round(same - (takenByKin[kin - leastKin] ?? takenBy(kin)))
}

/** Another comparison on which the probabilities of one depend, and the levels of it (plus one) that count. */
export interface Parent {
  readonly of: number
  /** By level + 1 (0: missing): 1 if the condition holds. */
  readonly holds: Uint8Array
}

/** What was learned of one comparison. */
export interface Learned {
  /** log2 m - log2 u in milli-bits: four tables of levels, by (parent among matches holds) * 2 + (among unrelated). */
  readonly weights: Int32Array
  /** The rarity at which a level's weight holds as it is; a rarer agreement weighs more. */
  readonly centre: Int32Array
  /** Of names: the weight of each level for relatives, in milli-bits. */
  readonly kin: Int32Array | undefined
  /** The share of relatives who have the field in common as one person would have it. */
  readonly shared: number
  readonly matchParent: Parent | undefined
  readonly chanceParent: Parent | undefined
}

/** What scoring needs of one comparison. */
interface Column extends Learned {
  readonly levels: number
  readonly side: number
  /** The shares of relatives who have the field in common and who have not, in milli-bits: a pair may be of either. */
  readonly inCommon: number
  readonly apart: number
}

/** From this level of its role on a given name is shared. */
export const givenRole = 3

/** Pairs scored at a time: few enough for what is summed to stay near. */
const batch = 2048
const sameOf = new Int32Array(batch)
const kinOf = new Int32Array(batch)

/** Log odds that two records are one person: a prior and a weight for each comparison, in milli-bits. */
export class Model implements Scorer {
  readonly prior: number
  /** Log odds in milli-bits that two records are of relatives, before they are compared. */
  readonly kinPrior: number
  private readonly columns: readonly Column[]

  constructor(
    comparisons: readonly Comparison[],
    { prior, kinPrior }: { readonly prior: number; readonly kinPrior: number },
    readonly learned: readonly Learned[],
    private readonly usesRarity = true,
  ) {
    this.prior = prior
    this.kinPrior = kinPrior
    this.columns = learned.map((each, which) => {
      const { levels, side = 1 } = comparisons[which] as Comparison
      const inCommon = Math.round(1000 * Math.log2(each.shared))
      return { ...each, levels, side, inCommon, apart: Math.round(1000 * Math.log2(1 - each.shared)) }
    })
  }

  score(pairs: PairStore, from: number, to: number): void {
    for (let start = from; start < to; start += batch) this.scoreBatch(pairs, start, Math.min(batch, to - start))
  }

  /** Comparison by comparison: what is looked up for one stays at hand. */
  private scoreBatch(pairs: PairStore, start: number, count: number): void {
    sameOf.fill(this.prior, 0, count)
    kinOf.fill(this.kinPrior, 0, count)
    for (let which = 0; which < this.columns.length; which += 1) this.addColumn(pairs, which, start, count)
    const { scores, kins } = pairs
    for (let at = 0; at < count; at += 1) {
      const kin = kinOf[at] as number
      kins[start + at] = kin
      scores[start + at] = against(sameOf[at] as number, kin)
    }
  }

  private addColumn(pairs: PairStore, which: number, start: number, count: number): void {
    const column = this.columns[which] as Column
    const levels = pairs.levels[which] as Int8Array
    const rarities = pairs.rarities[which] as Uint16Array
    for (let at = 0; at < count; at += 1) {
      const pair = start + at
      const level = levels[pair] as number
      if (level < 0) continue
      const rarity = rarities[pair] as number
      const weight = this.weightAt(column, pairs, pair, level, rarity)
      sameOf[at] = (sameOf[at] as number) + weight
      kinOf[at] = (kinOf[at] as number) + this.kinWeightAt(column, level, rarity, weight)
    }
  }

  /** What a comparison says for relatives of a pair that has the field, given what it says for one person. */
  kinWeightOf(pairs: PairStore, which: number, pair: number, weight: number): number {
    const level = pairs.levels[which]?.[pair] as number
    return this.kinWeightAt(this.columns[which] as Column, level, pairs.rarities[which]?.[pair] as number, weight)
  }

  /** The weight of one comparison for one pair; 0 where the field is missing. */
  weightOf(pairs: PairStore, which: number, pair: number): number {
    const level = pairs.levels[which]?.[pair] as number
    if (level < 0) return 0
    return this.weightAt(this.columns[which] as Column, pairs, pair, level, pairs.rarities[which]?.[pair] as number)
  }

  // eslint-disable-next-line max-params -- called for every field of every pair: an object would be garbage
  private weightAt(column: Column, pairs: PairStore, pair: number, level: number, rarity: number): number {
    const table = holdsFor(column.matchParent, pairs, pair) * 2 + holdsFor(column.chanceParent, pairs, pair)
    return (column.weights[table * column.levels + level] as number) + this.rarityWeight(column, level, rarity)
  }

  private kinWeightAt(column: Column, level: number, rarity: number, weight: number): number {
    if (column.kin === undefined) return column.apart + either(weight + column.inCommon - column.apart)
    return this.nameKinWeight(column, column.kin, level, rarity)
  }

  /** What a name says for relatives: what was learned, and the rarity of a surname alone. */
  private nameKinWeight(column: Column, kin: Int32Array, level: number, rarity: number): number {
    const own = kin[level] as number
    const isGivenShared = level >= givenRole * column.side
    return isGivenShared ? own : own + this.rarityWeight(column, level, rarity)
  }

  private rarityWeight({ centre }: Column, level: number, rarity: number): number {
    if (rarity === 0 || !this.usesRarity) return 0
    return Math.max(-rarityLimit, Math.min(rarityLimit, rarity - (centre[level] as number)))
  }
}

/** Whether a condition holds for a pair: 1 or 0. */
export function holdsFor(parent: Parent | undefined, pairs: PairStore, pair: number): number {
  return parent === undefined ? 0 : (parent.holds[(pairs.levels[parent.of]?.[pair] as number) + 1] as number)
}

/** Log odds beyond this many milli-bits are as good as certain. */
const certain = 40_000
const probabilities = Float64Array.from({ length: 2 * certain + 1 }, (_, at) => 1 / (1 + 2 ** ((certain - at) / 1000)))

/** The probability of log odds in whole milli-bits. */
export function probabilityOf(milliBits: number): number {
  if (milliBits > certain) return 1
  return milliBits < -certain ? 0 : (probabilities[milliBits + certain] as number)
}
