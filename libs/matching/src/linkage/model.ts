import type { Comparison } from './comparison.js'
import type { PairStore, Scorer } from './pair-store.js'

/** A rarity moves a weight by at most this many milli-bits. */
const rarityLimit = 8000

/** Half of all relatives live together: a bit less for a shared home, and no more than a bit against it. */
const homeLeft = 1000
/** One relative in thirty-two is a twin. */
const twins = 5000

/** Log odds of one hypothesis against the sum of another and of chance, all in milli-bits. */
export function against(same: number, kin: number): number {
  if (kin < -10_000) return Math.round(same)
  if (kin > 40_000) return Math.round(same - kin)
  return Math.round(same - 1000 * Math.log2(1 + 2 ** (kin / 1000)))
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
  readonly matchParent: Parent | undefined
  readonly chanceParent: Parent | undefined
}

/** Log odds that two records are one person: a prior and a weight for each comparison, in milli-bits. */
export class Model implements Scorer {
  readonly prior: number
  /** Log odds in milli-bits that two records are of relatives, before they are compared. */
  readonly kinPrior: number

  constructor(
    readonly comparisons: readonly Comparison[],
    { prior, kinPrior }: { readonly prior: number; readonly kinPrior: number },
    readonly learned: readonly Learned[],
    private readonly usesRarity = true,
  ) {
    this.prior = prior
    this.kinPrior = kinPrior
  }

  score(pairs: PairStore, from: number, to: number): void {
    const { scores } = pairs
    for (let pair = from; pair < to; pair += 1) {
      let same = this.prior
      let kin = this.kinPrior
      for (let which = 0; which < this.learned.length; which += 1) {
        const weight = this.weightOf(pairs, which, pair)
        same += weight
        kin += this.kinWeightOf(pairs, which, { pair, weight })
      }
      scores[pair] = against(same, kin)
    }
  }

  /** How likely a scored pair is one of relatives, 0 to 1. */
  kinshipOf(pairs: PairStore, pair: number): number {
    let kin = this.kinPrior
    for (let which = 0; which < this.learned.length; which += 1) {
      kin += this.kinWeightOf(pairs, which, { pair, weight: this.weightOf(pairs, which, pair) })
    }
    const notSame = 1 - probabilityOf(pairs.scores[pair] as number)
    return notSame * probabilityOf(kin)
  }

  /** What a comparison says for relatives, given what it says for one person. */
  kinWeightOf(
    pairs: PairStore,
    which: number,
    { pair, weight }: { readonly pair: number; readonly weight: number },
  ): number {
    const { kin } = this.comparisons[which] as Comparison
    const level = pairs.levels[which]?.[pair] as number
    if (kin === undefined || level < 0) return 0
    if (kin === 'home') return homeKinWeight(weight)
    if (kin === 'birth') return Math.max(0, weight - twins)
    return this.nameKinWeight(pairs, which, pair, level)
  }

  /** What a name says for relatives: what was learned, and the rarity of a surname alone. */
  private nameKinWeight(pairs: PairStore, which: number, pair: number, level: number): number {
    const { side } = this.comparisons[which] as Comparison
    const learned = this.learned[which] as Learned
    const own = learned.kin?.[level] ?? 0
    const isGivenShared = Math.floor(level / (side ?? 1)) >= 3
    if (isGivenShared) return own
    return own + this.rarityWeight(pairs.rarities[which]?.[pair] as number, learned.centre[level] as number)
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

  private rarityWeight(rarity: number, centre: number): number {
    if (rarity === 0 || !this.usesRarity) return 0
    return Math.max(-rarityLimit, Math.min(rarityLimit, rarity - centre))
  }
}

/** What a home says for relatives, given what it says for one person. */
function homeKinWeight(weight: number): number {
  return weight > 0 ? Math.max(0, weight - homeLeft) : Math.max(weight, -homeLeft)
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
