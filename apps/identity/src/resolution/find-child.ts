import type { CandidateRepository } from './candidate.repository.js'
import { judgeRecord, type Judgement } from './judge-record.js'
import type { KeyedHashes } from './keyed-hashes.js'
import type { KnownChild, KnownChildren } from './known-children.js'
import type { Resolved } from './plan-resolution.js'
import { makeFindable, prepareSubmission, type Findable } from './prepare-submission.js'
import { lookupOf, type LiveIndex } from './resolve-children.js'
import type { Submission } from './submission.js'

/** `many` never lists: more particulars are needed. */
export interface Finding {
  readonly outcome: 'found' | 'none' | 'many'
  readonly child?: Resolved
}

/** What a record was compared with, and what came of it. */
export interface Comparison {
  readonly judgement: Judgement
  readonly known: KnownChildren
  readonly found: Findable
  /** Its own child, where the record was here before. */
  readonly own?: KnownChild
}

/** Looks for the child of a record and writes nothing. */
export class FindChild {
  constructor(
    private readonly candidates: CandidateRepository,
    private readonly hashes: KeyedHashes,
    private readonly index: LiveIndex,
  ) {}

  async find(submission: Submission): Promise<Finding> {
    const { judgement, known, own } = await this.compare(submission)
    const child = judgement.outcome === 'link' ? known.child(judgement.childId) : own
    if (child) return { outcome: 'found', child }
    return { outcome: judgement.outcome === 'review' && judgement.others.length > 1 ? 'many' : 'none' }
  }

  /**
   * Compares a record with everybody it may speak of, as resolving does, without locks.
   *
   * @throws Problem 503 `INDEX_NOT_READY`
   */
  async compare(submission: Submission, model = this.index.model): Promise<Comparison> {
    this.index.requireReady()
    const prepared = prepareSubmission(submission, this.hashes)
    const found = makeFindable(submission, this.hashes)
    const proposed = this.index.propose(found.profile)
    const known = await this.candidates.load(lookupOf([prepared], new Map([[submission, found]])), proposed)
    known.propose(found.profile, proposed)
    const judgement = judgeRecord(found.profile, known.candidates(found, submission.uci), submission, model)
    const record = known.recordOf(prepared.recordKey)
    const own = record && known.child(record.childId)
    return { judgement, known, found, ...(own && { own }) }
  }
}
