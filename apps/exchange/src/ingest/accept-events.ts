import { bodyDigest, type PostedEvent } from '#libs/events'
import { addToOutbox, type Database } from '#libs/postgres'
import { isDamaged, KeyMissing, type AccessRecorder, type Caller } from '#libs/security'
import { Problem } from '#libs/service'
import type { AgreementBook } from '../basis/agreement-book.js'
import type { Kept } from '../basis/kept.js'
import type { AwaitingSources } from './awaiting-sources.js'
import type { DatabaseClock } from './database-clock.js'
import type { EventRepository } from './event.repository.js'
import { GroupCommit } from './group-commit.js'
import type { HeldNotices } from './held-notices.js'
import type { IdentifyChildren } from './identify-children.js'
import { agreementRefused, isRecorded, judgeEvent, type Refusal } from './judge-event.js'
import type { MayPost } from './may-post.js'
import type { Answer, Identified, Posting } from './posting.js'
import type { PostsFirst } from './posts-first.js'
import type { PreparedPosting, PrepareRows } from './prepare-rows.js'
import { receiptFrom } from './receipt.js'
import { duplicateOf, storedIdOf } from './repeated-post.js'
import type { SenderLines } from './sender-lines.js'
import type { FindReference } from './find-reference.js'
import { writeApart, type Written } from './write-apart.js'

export interface AcceptEventsParts {
  readonly database: Database
  readonly events: EventRepository
  readonly agreements: Kept<AgreementBook>
  readonly mayPost: MayPost
  readonly references: FindReference
  readonly children: IdentifyChildren
  readonly awaiting: AwaitingSources
  readonly rows: PrepareRows
  readonly held: HeldNotices
  readonly lines: Pick<SenderLines, 'insert'>
  readonly recorder: AccessRecorder
  readonly clock: DatabaseClock
  readonly posts: PostsFirst
  readonly isOutboxFull: () => boolean
  readonly allowReservedUci: boolean
  /** Called after each commit that left something to publish. */
  readonly onCommitted: () => void
}

type Prepared =
  | { readonly refusal: Refusal }
  | { readonly posting: Posting; readonly prepared: PreparedPosting; readonly isAwaiting: boolean }

const mostInGroup = 500
/** Nothing that the sender could mend. */
const ourFault: Refusal = { code: 'INTERNAL_SERVER_ERROR', errors: [] }
/** A key or an earlier event is damaged, until it is restored: to be posted again. */
const shut: Refusal = { code: 'STORAGE_UNAVAILABLE', errors: [] }
const aheadMs = 5 * 60_000

/**
 * Takes events in: judges each, finds its child, writes it, and answers when it is durable.
 *
 * Two groups are under way at most: one that is being identified and sealed, one that is being written. Both keep the order
 * of arrival, so a sender's events about one child are written in the order in which they came.
 */
export class AcceptEvents {
  private readonly preparing = new GroupCommit((postings: readonly Posting[]) => this.prepareAll(postings), mostInGroup)
  private readonly writing = new GroupCommit((prepared: readonly Prepared[]) => this.writeAll(prepared), mostInGroup)

  constructor(private readonly parts: AcceptEventsParts) {}

  /** Answers each value in order; one that is refused never keeps the others out. */
  async accept(values: readonly unknown[], caller: Caller): Promise<readonly Answer[]> {
    if (this.parts.isOutboxFull()) throw new Problem('OUTBOX_FULL', undefined, { retryAfterSeconds: 10 })
    return this.parts.posts.taking(values.length, () => this.acceptAll(values, caller))
  }

  private async acceptAll(values: readonly unknown[], caller: Caller): Promise<readonly Answer[]> {
    const agreements = await this.parts.agreements.get()
    const references = this.parts.references.ofOneBatch()
    const judgements = await Promise.all(values.map((value) => this.judge(value, caller, { agreements, references })))
    const judged = await this.orRepeated(judgements, values, caller)
    const answers = await Promise.all(judged.map((one) => ('caller' in one ? this.take(one) : Promise.resolve(one))))
    if (judged.some((one) => 'caller' in one && isUrgent(one.event))) this.parts.posts.hasten()
    await this.recordRefusals(caller, answers)
    return answers.map((answer, n) => withNames(answer, values[n]))
  }

  private async judge(
    value: unknown,
    caller: Caller,
    { agreements, references }: { readonly agreements: AgreementBook; readonly references: FindReference },
  ): Promise<Posting | Answer> {
    const nowMs = this.parts.clock.nowMs()
    const judgement = judgeEvent(value, {
      caller,
      agreementOf: (id) => agreements.find(id),
      mayPost: (event, agreement) => this.parts.mayPost.ask(caller, event, agreement, nowMs),
      allowReservedUci: this.parts.allowReservedUci,
      nowMs,
    })
    if (!judgement.ok) return refused(judgement.refusal)
    const found = await references.find(judgement.event, caller).catch(damagedOr)
    if (found === 'damaged') return refused(shut)
    if (found === 'not-yours') return { outcome: 'refused', refusal: { code: 'NOT_FOUND', errors: [] } }
    const heldUntil = found ? undefined : heldUntilOf(judgement.event, nowMs)
    return {
      caller,
      event: judgement.event,
      bodyDigest: bodyDigest(value),
      ...(heldUntil && { heldUntil }),
      ...(found && { reference: found }),
    }
  }

  /**
   * A basis ends, an agreement is narrowed, a date becomes too old: what was accepted is answered as before for ever, to who
   * did not hear it. One question is asked for all that is refused.
   */
  private async orRepeated(
    judged: readonly (Posting | Answer)[],
    values: readonly unknown[],
    { agencyId }: Caller,
  ): Promise<readonly (Posting | Answer)[]> {
    const refusals = judged.flatMap((one, n) => {
      const sourceEventId = 'caller' in one || one.outcome !== 'refused' ? undefined : storedIdOf(values[n])
      return sourceEventId === undefined ? [] : [{ n, name: { source: agencyId, sourceEventId } }]
    })
    if (refusals.length === 0) return judged
    const known = await this.parts.events.known(refusals.map(({ name }) => name))
    const answers = new Map(refusals.map(({ n }, at) => [n, duplicateOf(values[n], known[at])]))
    return judged.map((one, n) => answers.get(n) ?? one)
  }

  private async take(posting: Posting): Promise<Answer> {
    return this.writing.submit(await this.preparing.submit(posting))
  }

  private async prepareAll(postings: readonly Posting[]): Promise<readonly Prepared[]> {
    const identified = await this.parts.children.identify(postings)
    return Promise.all(postings.map((posting, n) => this.prepare(posting, identified[n] as Identified)))
  }

  /** What cannot be sealed, since its child's key is not to be had, is refused by itself: its neighbours are not at fault. */
  private async prepare(posting: Posting, identified: Identified): Promise<Prepared> {
    if (identified.state === 'refused') return { refusal: identified.refusal }
    const isAwaiting = identified.state === 'awaiting-identity'
    try {
      return { posting, prepared: await this.parts.rows.prepare(posting, identified), isAwaiting }
    } catch (error) {
      if (!(error instanceof KeyMissing)) throw error
      if (isAwaiting) this.parts.awaiting.settle(posting.caller.agencyId, false)
      return { refusal: isDamaged(error) ? shut : ourFault }
    }
  }

  private async writeAll(group: readonly Prepared[]): Promise<readonly Answer[]> {
    const writable = group.filter((one) => 'prepared' in one)
    try {
      const rows = await this.parts.held.withNotices(writable)
      const written = await writeApart((some) => this.parts.lines.insert(some), rows)
      if (written.written.size > 0) this.parts.onCommitted()
      const answers = await this.answer(writable, written)
      return group.map((one) =>
        'prepared' in one ? (answers.get(one) as Answer) : { outcome: 'refused', refusal: one.refusal },
      )
    } finally {
      for (const { posting, isAwaiting } of writable) {
        if (isAwaiting) this.parts.awaiting.settle(posting.caller.agencyId, true)
      }
    }
  }

  /** What was not written, and could be, was here before under the same name, or rested on an agreement that has just ended. */
  private async answer(
    group: readonly Extract<Prepared, { prepared: unknown }>[],
    { written, unwritable }: Written,
  ): Promise<ReadonlyMap<Prepared, Answer>> {
    const left = group.filter(({ prepared: { row } }) => !written.has(row.eventId) && !unwritable.has(row.eventId))
    const known = left.length > 0 ? await this.parts.events.known(left.map(({ prepared }) => prepared.row)) : []
    return new Map<Prepared, Answer>([
      ...group.map((one): [Prepared, Answer] => {
        if (unwritable.has(one.prepared.row.eventId)) return [one, { outcome: 'refused', refusal: ourFault }]
        return [one, { outcome: 'accepted', receipt: one.prepared.receipt }]
      }),
      ...left.map((one, n) => [one, repeatOf(one.posting, known[n])] as const),
    ])
  }

  private async recordRefusals(caller: Caller, answers: readonly Answer[]): Promise<void> {
    const refused = answers.flatMap((answer) =>
      answer.outcome === 'refused' && isRecorded(answer.refusal) ? [answer.refusal] : [],
    )
    if (refused.length === 0) return
    const records = await Promise.all(
      refused.map(({ code, errors }) =>
        this.parts.recorder.record({
          kind: 'refuse',
          caller,
          action: 'publish',
          outcome: code,
          truth: { code, fields: errors.map(({ pointer, code: field }) => `${pointer} ${field}`) },
        }),
      ),
    )
    await addToOutbox(
      this.parts.database,
      'exchange',
      records.map(({ message }) => message),
    )
    this.parts.onCommitted()
  }
}

/** What an event names may not open: that is no fault of the others of its batch. */
function damagedOr(error: unknown): 'damaged' {
  if (isDamaged(error)) return 'damaged'
  throw error
}

function refused(refusal: Refusal): Answer {
  return { outcome: 'refused', refusal }
}

/** Somebody is to act on it within hours. */
function isUrgent({ data }: PostedEvent): boolean {
  return data.urgency === 'U0' || data.urgency === 'U1'
}

function heldUntilOf(event: PostedEvent, nowMs: number): Date | undefined {
  const occurredMs = Date.parse(event.data.occurredAt)
  return occurredMs > nowMs + aheadMs ? new Date(occurredMs) : undefined
}

function repeatOf(posting: Posting, known: { bodyDigest: string; receipt: string | null } | undefined): Answer {
  if (!known) return { outcome: 'refused', refusal: agreementRefused('AGREEMENT_ENDED') }
  if (known.bodyDigest === posting.bodyDigest && known.receipt !== null) {
    return { outcome: 'duplicate', receipt: receiptFrom(known.receipt) }
  }
  return {
    outcome: 'refused',
    refusal: { code: 'EVENT_ID_REUSED', errors: [{ pointer: '#/id', code: 'EVENT_ID_REUSED' }] },
  }
}

/** A refused item of a batch is told apart by its own source and id, where it has them. */
function withNames(answer: Answer, value: unknown): Answer {
  if (answer.outcome !== 'refused' || typeof value !== 'object' || value === null) return answer
  const { source, id } = value as { source?: unknown; id?: unknown }
  return { ...answer, ...(typeof source === 'string' && { source }), ...(typeof id === 'string' && { id }) }
}
