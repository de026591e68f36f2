import type { HotPairs, RarityTally, SampledPairs, Tally } from './sample-pairs.js'

/** Fewer drawn pairs of a level say too little of it. */
const fewPairs = 30

/** Counts, by level, how rare what agrees by chance is. */
export function rarityTally({ pairs, stands }: SampledPairs, which: number): RarityTally {
  const levels = pairs.comparisons[which]?.levels ?? 0
  const tally = emptyTally(levels)
  for (let pair = 0; pair < pairs.size; pair += 1) add(tally, pairs, { which, pair, weight: stands[pair] as number })
  return tally
}

/**
 * The rarity at which the weight of each level holds as it is, in milli-bits.
 *
 * A value of frequency f agrees among unrelated pairs as often as f squared and among those of one person as often as f, so
 * the likelihood ratio of a level is shared out among its values as c / f, where c is the harmonic mean of f over unrelated
 * pairs of the level. That is taken from the sample where at least as many pairs of the level as there are records come by
 * chance: what is of one person and not known yet can then not count much among them. Elsewhere it is the mean of f over
 * what is taken for one person, which comes to the same if that is a fair part of them: rare names are known first, so it
 * would tell common ones for less than they say, and all the more from round to round.
 *
 * @param given.ofMatches - that mean
 */
export function centresOf(
  which: number,
  given: {
    readonly tally: Tally
    readonly sample: SampledPairs
    readonly hot: HotPairs
    readonly ofMatches: Int32Array
  },
): Int32Array {
  const { tally, sample, hot, ofMatches } = given
  const { inverse, all, drawn } = withoutHot(tally.rarity, which, sample, hot)
  return ofMatches.map((centre, level) => {
    const many = all[level] as number
    if ((drawn[level] as number) < fewPairs || many < sample.pairARecord) return centre
    return Math.round(1000 * Math.log2((inverse[level] as number) / many))
  })
}

function withoutHot(
  { inverse, all, drawn }: RarityTally,
  which: number,
  { pairs, stands }: SampledPairs,
  hot: HotPairs,
): RarityTally {
  const left = { inverse: inverse.slice(), all: all.slice(), drawn: drawn.slice() }
  hot.list.forEach((pair, at) => {
    const weight = hot.weights[at] as number
    add(left, pairs, { which, pair, weight: -weight, share: -weight / (stands[pair] as number) })
  })
  return left
}

function emptyTally(levels: number): RarityTally {
  return { inverse: new Float64Array(levels), all: new Float64Array(levels), drawn: new Float64Array(levels) }
}

/** One sampled pair, of which a share is meant. */
interface Part {
  readonly which: number
  readonly pair: number
  readonly weight: number
  readonly share?: number
}

function add({ inverse, all, drawn }: RarityTally, pairs: SampledPairs['pairs'], part: Part): void {
  const { which, pair, weight, share = 1 } = part
  const level = pairs.levels[which]?.[pair] as number
  const rarity = pairs.rarities[which]?.[pair] as number
  if (level < 0 || rarity === 0) return
  inverse[level] = (inverse[level] as number) + weight * 2 ** (rarity / 1000)
  all[level] = (all[level] as number) + weight
  drawn[level] = (drawn[level] as number) + share
}
