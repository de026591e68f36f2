import { candidatesFor, notThoughtOf, type Candidate, type Search } from './candidates.js'
import { asIfNotHidden, asOfUnknown, type Facts } from './child-facts.js'

/** What a sender may take a recipient, and the child, to be. */
export interface Told {
  readonly candidate: Candidate
  readonly facts: Facts
}

/**
 * What the sender of an event may take a recipient to be of which it was told before: where the child was concealed from it
 * then, as of one that nobody has heard of; else as if it had not been hidden since.
 */
export function toldLater(agencyId: string, wasAsOfUnknown: boolean, search: Search): Told {
  const facts = wasAsOfUnknown ? asOfUnknown(search.facts) : asIfNotHidden(search.facts)
  return { candidate: candidateOf(agencyId, { ...search, facts }), facts }
}

/** What an agency is to an event now. */
export function candidateOf(agencyId: string, search: Search): Candidate {
  return candidatesFor(search).find((one) => one.agencyId === agencyId) ?? notThoughtOf(agencyId)
}
