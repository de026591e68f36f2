import { kinship } from './comparison.js'
import { givenRole, probabilityOf, type Model } from './model.js'
import type { PairStore } from './pair-store.js'

/** What is guessed of relatives before anything is known counts as this many pairs of them. */
const guessedRelatives = 30
/** No share is so small or so great that a single pair could not speak against it. */
const leastShare = 1e-3

/**
 * Of two who share a number that names one person, given names differ in one of ten at most, as of any two records of one
 * person; of those who share a home, in many more.
 */
const mostStrangers = 0.2
/** Fewer pairs that share a number say nothing about what it names. */
const fewPairs = 30

/**
 * How often relatives have fields in common before anything is known. Of numbers it is asked of the pairs that share one
 * whether it names a person or, as a house number, those who live together: no mapping need tell.
 */
export function guessedShares(pairs: PairStore): readonly number[] {
  return pairs.comparisons.map(({ kin, namesOne }, which) => {
    if (kin === 'surname') return 1
    return namesOne === true && isSharedByStrangers(pairs, which) ? kinship.home : kin
  })
}

/** Whether too many pairs that have a number in common are of two whose given names differ. */
function isSharedByStrangers({ comparisons, levels, size }: PairStore, which: number): boolean {
  const names = comparisons.findIndex(({ kin }) => kin === 'surname')
  const side = comparisons[names]?.side
  const [nameOf, numberOf] = [levels[names], levels[which]]
  if (side === undefined || !nameOf || !numberOf) return false
  const top = (comparisons[which]?.levels ?? 0) - 1
  const sharing = nameOf.subarray(0, size).filter((name, pair) => numberOf[pair] === top && name >= side)
  const strangers = sharing.filter((name) => name < givenRole * side).length
  return sharing.length > fewPairs && strangers > mostStrangers * sharing.length
}

/** How often relatives have each field in common as one person would have it, from the pairs that look like them. */
export function sharesOfRelatives(pairs: PairStore, model: Model, guesses: readonly number[]): readonly number[] {
  const { scores, kins, size } = pairs
  const relatives: number[] = []
  const weights: number[] = []
  for (let pair = 0; pair < size; pair += 1) {
    const share = (1 - probabilityOf(scores[pair] as number)) * probabilityOf(kins[pair] as number)
    if (share < 1e-3) continue
    relatives.push(pair)
    weights.push(share)
  }
  return guesses.map((guessed, which) => {
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
