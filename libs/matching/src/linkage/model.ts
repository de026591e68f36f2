import type { Comparison } from './comparison.js'
import type { PairStore, Scorer } from './pair-store.js'

/** A rarity moves a weight by at most this many milli-bits. */
const rarityLimit = 8000

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
  readonly matchParent: Parent | undefined
  readonly chanceParent: Parent | undefined
}

/** Log odds that two records are one person: a prior and a weight for each comparison, in milli-bits. */
export class Model implements Scorer {
  constructor(
    readonly comparisons: readonly Comparison[],
    readonly prior: number,
    readonly learned: readonly Learned[],
    private readonly usesRarity = true,
  ) {}

  score(pairs: PairStore, from: number, to: number): void {
    pairs.scores.fill(this.prior, from, to)
    this.learned.forEach((_, which) => {
      this.addWeights(pairs, which, { from, to })
    })
  }

  /** The weight of one comparison for one pair; 0 where the field is missing. */
  weightOf(pairs: PairStore, which: number, pair: number): number {
    const learned = this.learned[which] as Learned
    const level = pairs.levels[which]?.[pair] as number
    if (level < 0) return 0
    const table = holdsFor(learned.matchParent, pairs, pair) * 2 + holdsFor(learned.chanceParent, pairs, pair)
    const { levels } = this.comparisons[which] as Comparison
    const weight = learned.weights[table * levels + level] as number
    return weight + this.rarityWeight(pairs.rarities[which]?.[pair] as number, learned.centre[level] as number)
  }

  private addWeights(
    pairs: PairStore,
    which: number,
    { from, to }: { readonly from: number; readonly to: number },
  ): void {
    const levels = pairs.levels[which] as Int8Array
    const { scores } = pairs
    for (let pair = from; pair < to; pair += 1) {
      if ((levels[pair] as number) < 0) continue
      scores[pair] = (scores[pair] as number) + this.weightOf(pairs, which, pair)
    }
  }

  private rarityWeight(rarity: number, centre: number): number {
    if (rarity === 0 || !this.usesRarity) return 0
    return Math.max(-rarityLimit, Math.min(rarityLimit, rarity - centre))
  }
}

/** Whether a condition holds for a pair: 1 or 0. */
export function holdsFor(parent: Parent | undefined, pairs: PairStore, pair: number): number {
  return parent === undefined ? 0 : (parent.holds[(pairs.levels[parent.of]?.[pair] as number) + 1] as number)
}

/** The probability of log odds in milli-bits. */
export function probabilityOf(milliBits: number): number {
  if (milliBits > 40_000) return 1
  return milliBits < -40_000 ? 0 : 1 / (1 + 2 ** (-milliBits / 1000))
}
