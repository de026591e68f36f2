import { probabilityOf, type Model } from './model.js'
import type { PairStore } from './pair-store.js'

/** What is guessed of relatives before anything is known counts as this many pairs of them. */
const guessedRelatives = 30
/** No share is so small or so great that a single pair could not speak against it. */
const leastShare = 1e-3

/** How often relatives have fields in common before anything is known. */
export function guessedShares({ comparisons }: PairStore): readonly number[] {
  return comparisons.map(({ kin }) => (kin === 'surname' ? 1 : kin))
}

/** How often relatives have each field in common as one person would have it, from the pairs that look like them. */
export function sharesOfRelatives(pairs: PairStore, model: Model): readonly number[] {
  const { scores, kins, size } = pairs
  const relatives: number[] = []
  const weights: number[] = []
  for (let pair = 0; pair < size; pair += 1) {
    const share = (1 - probabilityOf(scores[pair] as number)) * probabilityOf(kins[pair] as number)
    if (share < 1e-3) continue
    relatives.push(pair)
    weights.push(share)
  }
  return guessedShares(pairs).map((guessed, which) => {
    if (pairs.comparisons[which]?.kin === 'surname') return guessed
    const before = model.learned[which]?.shared ?? guessed
    let all = guessedRelatives
    let sharing = guessedRelatives * guessed
    relatives.forEach((pair, at) => {
      if ((pairs.levels[which]?.[pair] as number) < 0) return
      const odds = (before / (1 - before)) * 2 ** (model.weightOf(pairs, which, pair) / 1000)
      const weight = weights[at] as number
      all += weight
      sharing += (weight * odds) / (1 + odds)
    })
    return Math.min(1 - leastShare, Math.max(leastShare, sharing / all))
  })
}
