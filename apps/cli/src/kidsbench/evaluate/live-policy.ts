import { ChildIndex, type Candidate, type Model, type Profile, type Resolution } from '#libs/matching'
import type { Submission } from './submission.js'

/** What became of a submission. */
type Outcome = 'link' | 'register' | 'review' | 'waiting'

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
  /** Whether a person has answered the review, and by joining the record to a child offered. */
  readonly isJoined: boolean
  /** Reviews of whether the child is the same as another the record touched. */
  readonly mergeReviews: number
}

/** Tells which of the children offered are the record's; without it reviews stay open for ever. */
type Reviewer = (offered: readonly number[]) => readonly number[]

/** A decision, and the children that turned out to be the same. */
interface Judged {
  readonly decided: Decided
  readonly others: readonly number[]
}

const waiting: Decided = {
  outcome: 'waiting',
  child: -1,
  best: undefined,
  because: '',
  offered: [],
  isJoined: false,
  mergeReviews: 0,
}

/**
 * The live policy in process: each record is resolved against the index in its turn, linked, registered or put to review
 * under a provisional child of its own, as the service does it. After a link the merge check asks the link rule of every
 * other child the record touched; two active children are merged by people.
 */
export class LivePolicy {
  private readonly index: ChildIndex
  /** The child of each record, -1 where none. */
  readonly childOf: Int32Array
  /** The records of each child in a chain, the last one first. */
  private readonly lastOf: Int32Array
  private readonly before: Int32Array
  private children = 0

  /** @param profileOf - reads the profile of an earlier record again: the index gives none back */
  constructor(
    private readonly model: Model,
    records: number,
    private readonly profileOf: (record: number) => Profile,
  ) {
    this.index = new ChildIndex(model, { expected: records })
    this.childOf = new Int32Array(records).fill(-1)
    this.lastOf = new Int32Array(records).fill(-1)
    this.before = new Int32Array(records).fill(-1)
  }

  /** Decides about a record and takes it in. */
  submit(record: number, submission: Submission, reviewer?: Reviewer): Decided {
    if (!submission.isEnough) return waiting
    const { decided, others } = this.decide(submission.profile, reviewer)
    const child = decided.child < 0 ? this.children++ : decided.child
    for (const other of others) this.merge(child, other)
    this.take(record, child, submission.profile)
    return { ...decided, child }
  }

  /** The child of a record is sealed: its profiles leave the index. */
  seal(record: number): void {
    const child = this.childOf[record] ?? -1
    if (child < 0) return
    for (const of of this.recordsOf(child)) this.index.remove(referenceOf(of))
  }

  private decide(profile: Profile, reviewer: Reviewer = () => []): Judged {
    const resolution = this.index.resolve(profile)
    const { decision, candidates } = resolution
    const [best] = candidates
    switch (decision.outcome) {
      case 'register':
        return { decided: { ...waiting, outcome: 'register', best }, others: [] }
      case 'review': {
        const offered = decision.personIds.map(numberOf)
        const [child = -1, ...others] = reviewer(offered)
        const isJoined = child >= 0
        return {
          decided: { ...waiting, outcome: 'review', best, because: decision.because, offered, child, isJoined },
          others,
        }
      }
      case 'link':
        return this.linked(resolution, numberOf(decision.personId), reviewer)
    }
  }

  /** The merge check: the link rule, asked of every other child the record touched. */
  private linked({ candidates }: Resolution, child: number, reviewer: Reviewer): Judged {
    const touched = candidates.filter((other) => this.isTouched(other)).map(({ personId }) => numberOf(personId))
    const asked = touched.filter((other) => other !== child)
    const decided = { ...waiting, outcome: 'link', best: candidates[0], child, mergeReviews: asked.length } as const
    return { decided, others: asked.length === 0 ? [] : reviewer(asked) }
  }

  private isTouched({ classes, vetoes, average }: Candidate): boolean {
    return classes.same >= this.model.gates.linkFrom / 10_000 && vetoes.length === 0 && average >= 0
  }

  private merge(into: number, from: number): void {
    for (const record of this.recordsOf(from)) this.take(record, into, this.profileOf(record))
    this.lastOf[from] = -1
  }

  private take(record: number, child: number, profile: Profile): void {
    this.childOf[record] = child
    this.before[record] = this.lastOf[child] ?? -1
    this.lastOf[child] = record
    this.index.add(referenceOf(record), referenceOf(child), profile)
  }

  private recordsOf(child: number): readonly number[] {
    const records: number[] = []
    for (let at = this.lastOf[child] ?? -1; at >= 0; at = this.before[at] ?? -1) records.push(at)
    return records
  }
}

/** Numbers as the identifiers that the index keeps shortest. */
function referenceOf(number: number): string {
  return `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`
}

/** The number of a reference. */
export function numberOf(reference: string): number {
  return parseInt(reference.slice(-12), 16)
}
