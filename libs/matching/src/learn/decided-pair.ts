import type { Profile } from '../profile.js'

/** A pair that people have decided. */
export interface DecidedPair {
  readonly left: Profile
  readonly right: Profile
  readonly isSame: boolean
  /** How likely it was that a person decided on this pair, once the hub had asked. */
  readonly selectionChance: number
  /** Answers that persons gave to the question; together they count as one pair. One if left out. */
  readonly answers?: number
  /** Of pairs that were asked about twice, by chance and unmarked: what such answers say is no echo of the model. */
  readonly blind?: { readonly sources: readonly [left: string, right: string] }
}

/** How many pairs like it an answer speaks of. */
export function standsFor({ selectionChance, answers = 1 }: DecidedPair): number {
  return 1 / (selectionChance * answers)
}
