import { isCalibratedBySource } from '#libs/matching'
import type { Database } from '#libs/postgres'
import type { CandidateRepository } from './candidate.repository.js'
import { judgeRecord, type Judgement } from './judge-record.js'
import type { KeyedHashes } from './keyed-hashes.js'
import type { KnownChild, KnownChildren } from './known-children.js'
import type { Resolved } from './plan-resolution.js'
import { makeFindable, prepareSubmission, type Findable } from './prepare-submission.js'
import { lookupOf, type DeadAmong, type LiveIndex } from './resolve-children.js'
import { standingsOf } from './standings.js'
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

/** What looking stands on. */
interface FindParts {
  readonly database: Database
  readonly candidates: CandidateRepository
  readonly hashes: KeyedHashes
  readonly index: LiveIndex
  readonly deadAmong: DeadAmong
}

/** Looks for the child of a record and writes nothing. What is sealed is asked of as when a record is registered. */
export class FindChild {
  constructor(private readonly parts: FindParts) {}

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
  async compare(submission: Submission, model = this.parts.index.model): Promise<Comparison> {
    const { database, candidates: store, hashes, index, deadAmong } = this.parts
    index.requireReady()
    const prepared = prepareSubmission(submission, hashes)
    const found = makeFindable(submission, hashes)
    const proposed = index.propose(found.profile, submission.agencyId)
    const known = await store.load(lookupOf([prepared], new Map([[submission, found]])), {
      ...{ ids: proposed, isSourced: isCalibratedBySource(model) },
    })
    known.propose(found.profile, proposed)
    const candidates = known.candidates(found, submission.uci)
    const ids = candidates.map(({ childId }) => childId)
    const dead = await deadAmong(database, [prepared], ids)
    const record = known.recordOf(prepared.recordKey)
    const hearing = { ...submission, standings: standingsOf(record, submission) }
    const judgement = judgeRecord(found.profile, dead.among(prepared, candidates), hearing, model)
    const own = record && known.child(record.childId)
    return { judgement, known, found, ...(own && { own }) }
  }
}
