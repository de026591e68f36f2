/** What a person is asked about. */
export type ReviewKind = 'possible-match' | 'merge' | 'split' | 'override' | 'guardian'

/** What a person may answer. */
export type Answer = 'same' | 'different' | 'cannot-tell'

/**
 * The life of a review. `decided` is passed through in the transaction of an answer and never stored; an applied one can be
 * taken up again for ever.
 *
 * @see identity.md §9
 */
export const reviewMoves = {
  open: ['claimed', 'withdrawn'],
  claimed: ['decided', 'open', 'withdrawn'],
  decided: ['applied', 'second', 'asked'],
  asked: ['open', 'withdrawn'],
  second: ['applied', 'conflict'],
  conflict: ['applied'],
  applied: ['claimed'],
  withdrawn: [],
} as const satisfies Record<string, readonly string[]>

/** Where a review stands. */
export type ReviewState = Exclude<keyof typeof reviewMoves, 'decided'>

/** How long a claim lasts, and how long an agency has to answer. */
export const leaseMinutes = 30
export const askedDays = 10

/** A review as those who decide on it see it. */
export interface ReviewStanding {
  readonly state: ReviewState
  readonly kind: ReviewKind
  /** Two persons must agree, whatever is answered. */
  readonly needsSecond: boolean
  readonly claimedBy?: string
  readonly claimedUntil?: Date
  readonly askedUntil?: Date
  /** Answers of this round, in order. */
  readonly answers: readonly { readonly by: string; readonly answer: Answer; readonly sameAs?: string }[]
  /** Whoever answered the review that this one repeats, unmarked. */
  readonly repeatedFrom: readonly string[]
}

/** Why a person may not do something to a review; each is a stable error code. */
type ReviewRefusal = 'REVIEW_STATE' | 'REVIEW_CLAIMED' | 'REVIEW_NOT_CLAIMED' | 'ANOTHER_PERSON_NEEDED'

export type ClaimDecision =
  | { readonly ok: true; readonly state: 'claimed' | 'second' | 'conflict'; readonly isNewRound: boolean }
  | { readonly ok: false; readonly code: ReviewRefusal }

/** Whether a person may take a review up. The second and the third keep its state: they answer beside the first. */
export function decideClaim(review: ReviewStanding, person: string, now: Date): ClaimDecision {
  const { state } = review
  if (state === 'withdrawn' || isAsked(review, now)) return { ok: false, code: 'REVIEW_STATE' }
  if (isAnothers(review, person, now)) return { ok: false, code: 'REVIEW_CLAIMED' }
  if (hasHadItsSay(review, person)) return { ok: false, code: 'ANOTHER_PERSON_NEEDED' }
  if (state === 'second' || state === 'conflict') return { ok: true, state, isNewRound: false }
  return { ok: true, state: 'claimed', isNewRound: state === 'applied' || state === 'asked' }
}

function isAnothers(review: ReviewStanding, person: string, now: Date): boolean {
  return isClaimed(review, now) && review.claimedBy !== person
}

function isAsked({ state, askedUntil }: ReviewStanding, now: Date): boolean {
  return state === 'asked' && askedUntil !== undefined && now < askedUntil
}

/** Whoever answered in this round is not its second or third; whoever answered the same question before is not asked again. */
function hasHadItsSay({ state, answers, repeatedFrom }: ReviewStanding, person: string): boolean {
  const isBeside = state === 'second' || state === 'conflict'
  return repeatedFrom.includes(person) || (isBeside && answers.some(({ by }) => by === person))
}

export type AnswerDecision =
  | { readonly ok: true; readonly stage: Stage; readonly to: 'asked' | 'second' | 'conflict' }
  | { readonly ok: true; readonly stage: Stage; readonly to: 'applied'; readonly outcome: 'same' | 'different' }
  | { readonly ok: false; readonly code: ReviewRefusal }

/** Which of the three answers it is. */
export type Stage = 'first' | 'second' | 'third'

/**
 * What an answer leads to.
 *
 * @param given.needsTwo - this answer, if carried out, takes two persons
 */
export function decideAnswer(
  review: ReviewStanding,
  given: { readonly person: string; readonly answer: Answer; readonly sameAs?: string; readonly needsTwo: boolean },
  now: Date,
): AnswerDecision {
  const { person, answer } = given
  if (!isClaimed(review, now) || review.claimedBy !== person) return { ok: false, code: 'REVIEW_NOT_CLAIMED' }
  if (review.state === 'claimed') return first(answer, given.needsTwo)
  if (review.state === 'second') return second(given, review.answers[0])
  return review.state === 'conflict' ? third(answer) : { ok: false, code: 'REVIEW_STATE' }
}

/** The third decides; a question to the agency was answered, or could not be. */
function third(answer: Answer): AnswerDecision {
  if (answer === 'cannot-tell') return { ok: false, code: 'REVIEW_STATE' }
  return { ok: true, stage: 'third', to: 'applied', outcome: answer }
}

function first(answer: Answer, needsTwo: boolean): AnswerDecision {
  if (answer === 'cannot-tell') return { ok: true, stage: 'first', to: 'asked' }
  if (needsTwo) return { ok: true, stage: 'first', to: 'second' }
  return { ok: true, stage: 'first', to: 'applied', outcome: answer }
}

function second(
  { answer, sameAs }: { readonly answer: Answer; readonly sameAs?: string },
  before: ReviewStanding['answers'][number] | undefined,
): AnswerDecision {
  if (answer === 'cannot-tell' || answer !== before?.answer || sameAs !== before.sameAs)
    return { ok: true, stage: 'second', to: 'conflict' }
  return { ok: true, stage: 'second', to: 'applied', outcome: answer }
}

/** A claim holds until its lease is over. */
function isClaimed({ claimedBy, claimedUntil }: ReviewStanding, now: Date): boolean {
  return claimedBy !== undefined && claimedUntil !== undefined && now < claimedUntil
}

/**
 * Whether carrying an answer out takes two persons: every split, override and item of the guardian desk, and joining two
 * active children.
 */
export function takesTwo(
  review: Pick<ReviewStanding, 'kind' | 'needsSecond'>,
  given: {
    readonly answer: Answer
    readonly isEachActive: boolean
    readonly undoes: boolean
    /** Asked once more, unmarked: nothing is carried out. */
    readonly isRepeat?: boolean
  },
): boolean {
  if (given.isRepeat === true) return false
  if (review.needsSecond || review.kind === 'split' || review.kind === 'override' || review.kind === 'guardian')
    return true
  return given.undoes || (given.answer === 'same' && given.isEachActive)
}

/**
 * One decided pair in twenty returns to somebody else, unmarked.
 *
 * @param keyedHash - of the review's id, hex: without the key nobody can tell which will return
 */
export function isRepeated(keyedHash: string): boolean {
  return Number.parseInt(keyedHash.slice(0, 12), 16) % 20 === 0
}
