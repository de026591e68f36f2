import type { Proposal, StoredReview } from './review.repository.js'

/** What an outcome makes true. */
export type ReviewEffect =
  | { readonly do: 'nothing' }
  | { readonly do: 'merge'; readonly one: string; readonly two: string }
  | { readonly do: 'split'; readonly childId: string; readonly leaving: readonly string[]; readonly isMislink: boolean }
  | { readonly do: 'undo'; readonly changeId: string }
  | { readonly do: 'confirm'; readonly childId: string }
  | { readonly do: 'release'; readonly childId: string }

type Outcome = 'same' | 'different'

/**
 * What becomes true when a review is settled. One that was applied before and is decided otherwise now takes back what it
 * did; decided the same again it does nothing.
 *
 * @param given.leaving - records that a split would part
 * @param given.holders - of the two records of an override, the child each is with
 */
export function effectOf(
  review: StoredReview,
  outcome: Outcome,
  given: {
    readonly sameAs?: string
    readonly leaving: readonly string[]
    readonly holders?: readonly [string, string]
  },
): ReviewEffect {
  if (review.blindOf !== undefined) return { do: 'nothing' }
  if (review.kind === 'guardian') return guarded(review, outcome)
  if (review.changeId !== undefined) return again(review, outcome, review.changeId)
  if (review.kind === 'split') return parted(review, outcome, given.leaving)
  if (review.kind === 'override') return overridden(review.proposal, outcome, given.holders)
  return matched(review, outcome, given.sameAs ?? review.otherIds[0])
}

function again(review: StoredReview, outcome: Outcome, changeId: string): ReviewEffect {
  return review.outcome === outcome ? { do: 'nothing' } : { do: 'undo', changeId }
}

function matched({ childId }: StoredReview, outcome: Outcome, two: string | undefined): ReviewEffect {
  if (outcome === 'different') return { do: 'confirm', childId }
  return two === undefined ? { do: 'nothing' } : { do: 'merge', one: childId, two }
}

/** What the guardian desk finds to be another child is protected no longer; the same child stays hidden where it is. */
function guarded({ childId }: StoredReview, outcome: Outcome): ReviewEffect {
  return outcome === 'different' ? { do: 'release', childId } : { do: 'nothing' }
}

function parted({ childId, proposal }: StoredReview, outcome: Outcome, leaving: readonly string[]): ReviewEffect {
  if (outcome === 'same' || leaving.length === 0) return { do: 'nothing' }
  return { do: 'split', childId, leaving, isMislink: proposal?.do !== 'split' || proposal.isMislink }
}

/** A must-link joins two children, a cannot-link parts one; where the records stand so already, only the word is kept. */
function overridden(
  proposal: Proposal | undefined,
  outcome: Outcome,
  holders: readonly [string, string] | undefined,
): ReviewEffect {
  if (proposal?.do !== 'override' || !holders || !isAgreed(proposal, outcome)) return { do: 'nothing' }
  const [one, two] = holders
  if (proposal.kind === 'must-link') return one === two ? { do: 'nothing' } : { do: 'merge', one, two }
  return one === two ? { do: 'split', childId: one, leaving: [proposal.right], isMislink: false } : { do: 'nothing' }
}

/** Whether an outcome is what an override proposes. */
export function isAgreed(proposal: Extract<Proposal, { do: 'override' }>, outcome: Outcome): boolean {
  return (proposal.kind === 'must-link') === (outcome === 'same')
}
