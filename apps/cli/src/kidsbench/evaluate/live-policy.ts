import { ChildIndex, type Candidate, type Model, type Resolution } from '#libs/matching'
import type { Submission } from './submission.js'

/** What became of a submission. */
export type Outcome = 'link' | 'register' | 'review' | 'waiting'

/** One submission and what the policy made of it. */
export interface Decided {
  readonly outcome: Outcome
  /** The child it belongs to from now on (of a review, the provisional one); -1 while it waits for more evidence. */
  readonly child: number
  readonly best: Candidate | undefined
  /** Why a person is asked. */
  readonly because: string
  /** The children a review offers. */
  readonly offered: readonly number[]
  /** Whether a person has answered the review, and by joining the record to one of the children offered. */
  readonly isJoined: boolean
}

/** Tells which of the children offered is the record's, or that none is; without it reviews stay open for ever. */
export type Reviewer = (offered: readonly number[]) => number | undefined

/**
 * The live policy in process: each record is resolved against the index in its turn, linked, registered or put to review
 * under a provisional child of its own, as the service does it.
 */
export class LivePolicy {
  private readonly index: ChildIndex
  /** The child of each record, -1 where none. */
  readonly childOf: Int32Array
  private children = 0

  constructor(model: Model, records: number) {
    this.index = new ChildIndex(model)
    this.childOf = new Int32Array(records).fill(-1)
  }

  /** Decides about a record and takes it in. */
  submit(record: number, submission: Submission, reviewer?: Reviewer): Decided {
    if (!submission.isEnough) return waiting
    const decided = this.decide(this.index.resolve(submission.profile), reviewer)
    const child = decided.child < 0 ? this.children++ : decided.child
    this.childOf[record] = child
    this.index.add(referenceOf(record), referenceOf(child), submission.profile)
    return { ...decided, child }
  }

  /** The child of a record is sealed: its profiles leave the index. */
  seal(record: number): void {
    const child = this.childOf[record] ?? -1
    if (child < 0) return
    this.childOf.forEach((of, at) => {
      if (of === child) this.index.remove(referenceOf(at))
    })
  }

  private decide(resolution: Resolution, reviewer: Reviewer | undefined): Decided {
    const { decision } = resolution
    const best = bestOf(resolution)
    if (decision.outcome === 'register') return { ...waiting, outcome: 'register', best }
    if (decision.outcome === 'link') return { ...waiting, outcome: 'link', best, child: numberOf(decision.personId) }
    const offered = decision.personIds.map(numberOf)
    const answer = reviewer?.(offered)
    const isJoined = answer !== undefined
    return { outcome: 'review', best, because: decision.because, offered, child: answer ?? -1, isJoined }
  }
}

const waiting: Decided = { outcome: 'waiting', child: -1, best: undefined, because: '', offered: [], isJoined: false }

/** Numbers as the identifiers that the index keeps shortest. */
function referenceOf(number: number): string {
  return `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`
}

/** The number of a reference. */
export function numberOf(reference: string): number {
  return parseInt(reference.slice(-12), 16)
}

function bestOf({ candidates }: Resolution): Candidate | undefined {
  return candidates.reduce<Candidate | undefined>(
    (best, next) => (best === undefined || next.best.m > best.best.m ? next : best),
    undefined,
  )
}
