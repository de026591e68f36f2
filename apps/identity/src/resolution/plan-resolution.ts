import {
  explain,
  scorePerson,
  weighedFor,
  withoutGeneric,
  type Model,
  type Profile,
  type RecordDetails,
} from '#libs/matching'
import { Problem } from '#libs/service'
import { DeadRecords } from '../seal/dead-records.js'
import { EffectsBook } from './effects-book.js'
import type { Effects } from './effects.js'
import { isSufficient } from './evidence.js'
import { isHiddenFrom, judgeRecord, type Judgement } from './judge-record.js'
import { comparableProfiles, type KnownChild, type KnownChildren, type KnownRecord } from './known-children.js'
import type { Findable, Prepared } from './prepare-submission.js'
import { standingsOf, type Standings } from './standings.js'
import { isReference, type Submission } from './submission.js'

/** What a door is told. */
export interface Resolved {
  readonly childId: string
  /** Ten symbols; absent while too little is known for one. */
  readonly uci?: string
  readonly status: 'active' | 'provisional'
  readonly decisionId?: string
  readonly reviewId?: string
  /** What became of the record: for counts and data stewards, never for an agency (doors §7). */
  readonly became?: 'linked' | 'registered' | 'repeated'
  /** Version of a child that was known before; the child's identifiers may be remembered under it. */
  readonly version?: number
}

/** A record that cannot stand beside what is known, 409 `RECORD_VERSION_REUSED`, or whose child is shut: {@link shut}. */
interface Refused {
  readonly refused: Problem
}

/** What became of a record. */
export type Outcome = Resolved | Refused

export function isRefused(outcome: Outcome): outcome is Refused {
  return 'refused' in outcome
}

/** Nothing can be written of the child, nor its access be recorded, until its key is restored. */
export const shut = (): Refused => ({
  refused: new Problem('STORAGE_UNAVAILABLE', undefined, { retryAfterSeconds: 60 }),
})

/** A judgement and what it was made from, so that another model can be asked the same. */
export interface Judged {
  readonly decisionId: string
  readonly submission: Submission
  readonly profile: Profile
  readonly candidates: readonly KnownChild[]
  readonly judgement: Judgement
}

/** What a plan takes from outside. */
export interface PlanParts {
  readonly known: KnownChildren
  readonly model: Model
  readonly findable: (submission: Submission) => Findable
  /** What of the group names somebody whose identity was sealed. */
  readonly dead?: DeadRecords<Prepared>
  readonly newId: () => string
  readonly newUci: () => string
}

type Status = 'active' | 'provisional'

/**
 * Plans a group of records, one after another: each sees what those before it registered. Nothing is written; the effects
 * hold if what is known is still so when they are committed.
 */
export class ResolutionPlan {
  private readonly book: EffectsBook
  private readonly dead: DeadRecords<Prepared>
  readonly judged: Judged[] = []
  private readonly answered = new Map<string, Outcome>()

  constructor(private readonly parts: PlanParts) {
    this.book = new EffectsBook(parts)
    this.dead = parts.dead ?? new DeadRecords()
  }

  get effects(): Effects {
    return this.book.effects
  }

  /** The same record with the same content, twice in a group, is one. */
  add(prepared: Prepared): Outcome {
    const name = `${prepared.recordKey} ${prepared.contentHash}`
    const answer = this.answered.get(name) ?? this.resolve(prepared)
    this.answered.set(name, answer)
    return answer
  }

  private resolve(prepared: Prepared): Outcome {
    const { submission, recordKey } = prepared
    const named = this.namedChild(submission)
    if (named && isReference(submission)) return named.isShut ? shut() : answerOf(named)
    const record = this.parts.known.recordOf(recordKey)
    if (!record) return this.register(prepared)
    if (this.parts.known.child(record.childId)?.isShut) return shut()
    return this.repeated(prepared, record) ?? this.revise(prepared, record)
  }

  /** The answer that an identical version had before; a refusal where the same version came with another body. */
  private repeated({ submission, contentHash }: Prepared, record: KnownRecord): Outcome | undefined {
    const { versions = [], reviewId } = record
    const same = versions.find(({ hash }) => hash === contentHash)
    const child = same && this.parts.known.child(record.childId)
    if (child)
      return {
        ...answerOf(child),
        became: 'repeated',
        decisionId: same.decisionId,
        ...(reviewId !== undefined && { reviewId }),
      }
    const isReused = versions.some(({ at, isEvent }) => !isEvent && at === submission.recordedAt)
    return isReused && !submission.isEvent ? { refused: new Problem('RECORD_VERSION_REUSED') } : undefined
  }

  /** The child whose UCI a record gives, unless it is hidden from whoever sent it: then it is as unknown as any other. */
  private namedChild(submission: Submission): KnownChild | undefined {
    const child = submission.uci === undefined ? undefined : this.parts.known.ofUci(submission.uci)
    return child && !isHiddenFrom(child, submission) ? child : undefined
  }

  private register(prepared: Prepared): Resolved {
    const { submission } = prepared
    const { known, model, findable, newId } = this.parts
    const found = findable(submission)
    const candidates = this.dead.among(prepared, known.candidates(found, submission.uci))
    const judgement = judgeRecord(found.profile, candidates, submission, model)
    const sourceRecordId = newId()
    const decisionId = this.book.decide(judgement, { sourceRecordId, contentHash: prepared.contentHash })
    this.judged.push({ decisionId, submission, profile: found.profile, candidates, judgement })
    const child = this.childFor(judgement, isSufficient(found.profile))
    this.protect(judgement, child, decisionId)
    this.tellGuardians(prepared, child, { decisionId, isNew: judgement.outcome !== 'link' })
    const reviewId =
      judgement.outcome === 'review'
        ? this.book.review('possible-match', child, judgement.others, decisionId)
        : undefined
    this.book.effects.links.push({ sourceRecordId, childId: child.childId, decisionId })
    known.addRecord(prepared.recordKey, {
      sourceRecordId,
      childId: child.childId,
      recordedAt: submission.recordedAt,
      details: submission.details,
      versions: [versionOf(prepared, decisionId)],
    })
    this.book.record(prepared, { sourceRecordId, decisionId, isNew: true })
    this.book.learn(prepared, { child, found, details: submission.details, sourceRecordId, decisionId })
    const became = judgement.outcome === 'link' ? 'linked' : 'registered'
    return { ...answerOf(child), became, decisionId, ...(reviewId !== undefined && { reviewId }) }
  }

  /** A record that was here before says something else: its child stays, unless it had too little for a UCI until now. */
  private revise(prepared: Prepared, record: KnownRecord): Resolved {
    const { submission } = prepared
    const { known, findable } = this.parts
    const details: RecordDetails = submission.isEvent
      ? { ...record.details, ...submission.details }
      : submission.details
    const found = findable({ ...submission, details })
    const child = known.child(record.childId)
    if (!child) throw new Error('A record is linked to a child that was not loaded')
    const { settled, reviewOf, ...judged } = this.judgeRevision(found, child, { prepared, record })
    const { sourceRecordId } = record
    const decisionId = this.book.decide(judged, { sourceRecordId, contentHash: prepared.contentHash })
    const reviewId = reviewOf && this.book.review(reviewOf.kind, settled, reviewOf.others, decisionId)
    this.tellGuardians(prepared, settled, { decisionId, isNew: false })
    const versions = [...(record.versions ?? []), versionOf(prepared, decisionId)]
    known.addRecord(prepared.recordKey, { ...record, details, versions })
    this.book.record(prepared, { sourceRecordId, decisionId, isNew: false }, record.recordedAt)
    this.book.learn(prepared, { child: settled, found, details, sourceRecordId, decisionId })
    return { ...answerOf(settled), became: 'linked', decisionId, ...(reviewId !== undefined && { reviewId }) }
  }

  private judgeRevision(found: Findable, child: KnownChild, { prepared, record }: Revision) {
    const { known, model } = this.parts
    const { submission } = prepared
    const standings = standingsOf(record, submission)
    if (child.uci !== undefined || !isSufficient(found.profile))
      return this.compareWithOwn(found, child, { standings, source: submission.agencyId })
    const candidates = this.dead.among(prepared, known.candidates(found, submission.uci))
    const others = candidates.filter(({ childId }) => childId !== child.childId)
    const judgement = judgeRecord(found.profile, others, { ...submission, standings }, model)
    const status: Status = judgement.outcome === 'register' ? 'active' : 'provisional'
    const settled = this.settle(child, status)
    const matches =
      judgement.outcome === 'link' ? [judgement.childId] : judgement.outcome === 'review' ? judgement.others : []
    const reviewOf = matches.length > 0 ? { kind: 'possible-match' as const, others: matches } : undefined
    return { explanation: judgement.explanation, compared: judgement.compared, settled, reviewOf }
  }

  /** Where two persons said that it is the child, however odd, nobody is asked again. */
  private compareWithOwn(
    found: Findable,
    child: KnownChild,
    { standings, source }: { readonly standings: Standings; readonly source: string },
  ) {
    const { model } = this.parts
    const weighed = weighedFor(model, source)
    const [first, ...rest] = comparableProfiles(child)
    const said = withoutGeneric(found.profile, model)
    const own = first && scorePerson(said, { personId: child.childId, profiles: [first, ...rest] }, weighed)
    const isOdd = own !== undefined && own.average < 0 && isSufficient(found.profile)
    const isSaid = standings.get(child.childId) === 'must-link'
    const explanation = explain(own ? [own] : [], { outcome: 'link', personId: child.childId }, model, { source })
    const reviewOf = isOdd && !isSaid ? { kind: 'split' as const, others: [child.childId] } : undefined
    return { explanation, compared: own ? [child] : [], settled: child, reviewOf }
  }

  private childFor(judgement: Judgement, isEnough: boolean): KnownChild {
    const { known, newId, newUci } = this.parts
    if (judgement.outcome === 'link') {
      const child = known.child(judgement.childId)
      if (!child) throw new Error('A record was linked to a child that was not loaded')
      return child.uci === undefined && isEnough ? this.settle(child, 'active') : child
    }
    const status: Status = judgement.outcome === 'register' && !judgement.isBare ? 'active' : 'provisional'
    const row = { childId: newId(), status, ...(!judgement.isBare && { uci: newUci() }) }
    this.book.effects.children.push(row)
    this.book.effects.changes.push({ ...row, kind: 'registered' })
    const child: KnownChild = { ...row, entitled: new Set(), profiles: [], profileIds: [], digests: new Set() }
    known.add(child, [])
    return child
  }

  /** A child that waited for evidence gets its UCI. */
  private settle(child: KnownChild, status: Status): KnownChild {
    const uci = this.parts.newUci()
    const settled: KnownChild = { ...child, uci, status }
    this.book.effects.settled.push({ childId: child.childId, uci, status })
    this.book.effects.changes.push({
      childId: child.childId,
      uci,
      kind: status === 'active' ? 'confirmed' : 'registered',
    })
    this.parts.known.add(settled, [])
    return settled
  }

  /** A record that names somebody whose identity was sealed: the guardian desk learns of it, the sender never. */
  private tellGuardians(prepared: Prepared, child: KnownChild, of: { decisionId: string; isNew: boolean }): void {
    if (!this.dead.isDead(prepared)) return
    const isStale = of.isNew && this.dead.isStale(prepared)
    this.book.tombstone(child, { decisionId: of.decisionId, isStale })
    if (isStale) this.dead.addStale(child.childId)
  }

  /** A new child that is likely to be a hidden one is hidden like it; the guardian desk is told, the sender is not. */
  private protect({ guarded, outcome }: Judgement, child: KnownChild, decisionId: string): void {
    if (guarded.length === 0) return
    this.book.review(
      'guardian',
      child,
      guarded.map(({ childId }) => childId),
      decisionId,
    )
    if (outcome === 'link') return
    for (const { childId, isLikely } of guarded) {
      if (isLikely) this.book.effects.inherited.push({ childId: child.childId, from: childId })
    }
  }
}

/** What comes of a record that was here before. */
interface Revision {
  readonly prepared: Prepared
  readonly record: KnownRecord
}

function versionOf({ contentHash: hash, submission }: Prepared, decisionId: string) {
  return { hash, at: submission.recordedAt, isEvent: submission.isEvent, decisionId }
}

function answerOf({ childId, uci, status }: KnownChild): Resolved {
  return { childId, status, ...(uci !== undefined && { uci }) }
}
