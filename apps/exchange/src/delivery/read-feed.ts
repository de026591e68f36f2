import { setTimeout as sleep } from 'node:timers/promises'
import type { Database, Sql } from '#libs/postgres'
import { inFewMessages, type AccessRecorder, type Caller } from '#libs/security'
import type { CheckedSlot, CheckSlots } from './check-slots.js'
import type { FeedRepository, FeedState } from './feed.repository.js'
import type { FeedWaiters } from './feed-waiters.js'
import { Turnstile } from './turnstile.js'

/** What a client asks of its feed. */
export interface FeedQuestion {
  readonly caller: Caller
  readonly after: bigint
  readonly limit: number
  readonly waitMs: number
  /** The client hung up. */
  readonly gone: AbortSignal
}

/** A page of a feed, as its client sees it: outer envelopes, and where the feed stands. */
export interface FeedPage {
  readonly events: readonly object[]
  readonly state: FeedState
}

const hubSource = 'urn:waymark:hub'
const sequenceDigits = 19
const answersAtOnce = 8
/** From one answer of a feed to the next: what is numbered meanwhile goes out together. */
const paceMs = 20

/**
 * Reads a feed: waits for something new, checks each slot when the answer is made, and answers once the disclosure of each
 * copy is on record.
 */
export class ReadFeed {
  private readonly turnstile = new Turnstile(answersAtOnce)
  private readonly answeredAtMs = new Map<string, number>()

  constructor(
    private readonly parts: {
      database: Database
      feeds: FeedRepository
      waiters: FeedWaiters
      check: CheckSlots
      recorder: AccessRecorder
      onCommitted: () => void
      steadyMs?: () => number
    },
  ) {}

  async read(question: FeedQuestion): Promise<FeedPage> {
    const { agencyId } = question.caller
    const deadlineMs = this.now() + question.waitMs
    for (;;) {
      const state = await this.parts.feeds.state(agencyId)
      if (state.head > question.after) return this.turnstile.pass(() => this.answer(question, state))
      const leftMs = deadlineMs - this.now()
      if (leftMs <= 0 || question.gone.aborted || this.parts.waiters.isEnding) return { events: [], state }
      await this.parts.waiters.wait(agencyId, question.after, leftMs, question.gone)
      const soonest = (this.answeredAtMs.get(agencyId) ?? -Infinity) + paceMs
      if (soonest > this.now()) await sleep(Math.min(soonest, deadlineMs) - this.now())
    }
  }

  private now(): number {
    return this.parts.steadyMs?.() ?? performance.now()
  }

  private async answer({ caller, after, limit }: FeedQuestion, before: FeedState): Promise<FeedPage> {
    const { database, feeds, check, onCommitted } = this.parts
    const checked = await database.transaction(async (tx) => {
      const slots = await feeds.page(tx, caller.agencyId, after, limit)
      const answers = await check.check(tx, caller.agencyId, slots)
      await this.disclose(tx, caller, answers)
      return answers
    })
    onCommitted()
    this.answeredAtMs.set(caller.agencyId, this.now())
    // The line may have grown since it was looked at; the head is never behind what the answer holds.
    const last = BigInt(checked.at(-1)?.slot.sequence ?? 0)
    return { events: checked.map(envelopeOf), state: { ...before, head: last > before.head ? last : before.head } }
  }

  private async disclose(tx: Sql, caller: Caller, checked: readonly CheckedSlot[]): Promise<void> {
    if (checked.length === 0) return
    const copies = checked.filter(({ answer }) => 'jwe' in answer)
    const records = await Promise.all(copies.map((copy) => this.record(caller, copy)))
    await this.parts.feeds.sent(
      tx,
      caller.agencyId,
      checked.map(({ change }) => change),
      inFewMessages(records.map(({ message }) => message)),
    )
  }

  /** One record a copy: one child, one disclosure. */
  private record(caller: Caller, { slot, answer, change }: CheckedSlot) {
    const { ruleId = '', fieldGroups = [] } = 'jwe' in answer ? answer : {}
    return this.parts.recorder.record({
      kind: 'disclose',
      caller,
      action: 'receive',
      outcome: 'PERMIT',
      eventType: slot.type,
      fieldGroups,
      purpose: slot.decision.purpose,
      basisId: slot.about,
      eventId: slot.eventId,
      recipient: caller.agencyId,
      ...(slot.childId !== undefined && { child: slot.childId }),
      truth: {
        decision: 'PERMIT',
        ruleId,
        decisionId: change.decisionId,
        sender: slot.decision.sender,
        sequence: slot.sequence,
      },
    })
  }
}

/** A feed number as the outside has it: its text order is its order. */
export function shownSequence(sequence: string): string {
  return sequence.padStart(sequenceDigits, '0')
}

function envelopeOf({ slot, answer }: CheckedSlot): object {
  const outer = { specversion: '1.0', id: slot.eventId, source: hubSource }
  const sequence = shownSequence(slot.sequence)
  if ('jwe' in answer) {
    return {
      ...outer,
      type: 'uk.waymark.hub.copy.sealed.v1',
      sequence,
      datacontenttype: 'application/jose',
      data: answer.jwe,
    }
  }
  const withdraws = slot.withdraws === undefined ? {} : { withdraws: shownSequence(slot.withdraws) }
  return { ...outer, type: 'uk.waymark.hub.copy.withdrawn.v1', sequence, data: { reason: answer.reason, ...withdraws } }
}
