import type { Facts } from './child-facts.js'
import type { FactsAt } from './facts.repository.js'

/** What is known of some events, by {@link factsName}. */
export interface KnownFacts {
  readonly at: Pick<FactsAt, 'nowMs' | 'hubNowMs'>
  readonly of: ReadonlyMap<string, Facts>
}

/** What routing some events left behind in its transaction. */
export interface JustRouted {
  /** How many slots it numbered of each line. */
  readonly numbered: ReadonlyMap<string, number>
  /** The facts it decided by. */
  readonly known: KnownFacts
}

/** Copies of one name ask for the same facts. */
export function factsName(of: { readonly about: string; readonly childId?: string; readonly sender: string }): string {
  return `${of.about} ${of.childId ?? ''} ${of.sender}`
}
