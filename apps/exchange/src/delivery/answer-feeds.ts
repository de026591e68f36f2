import type { Database, Sql } from '#libs/postgres'
import { inFewMessages, type AccessRecorder, type Caller } from '#libs/security'
import type { JustRouted } from '../routing/just-routed.js'
import { recordDecisions } from '../routing/record-decisions.js'
import type { CheckedSlot, CheckSlots } from './check-slots.js'
import type { CopiesInHand } from './copies-in-hand.js'
import { envelopeOf, type FeedPage, type FeedQuestion } from './feed-page.js'
import type { FeedRepository, FeedState } from './feed.repository.js'
import { ownLine } from './line.js'

export interface AnswerFeedsParts {
  readonly database: Pick<Database, 'transaction'>
  readonly feeds: Pick<FeedRepository, 'pages' | 'sent'>
  readonly check: Pick<CheckSlots, 'check'>
  readonly recorder: AccessRecorder
  readonly inHand: CopiesInHand
  readonly onCommitted: () => void
}

/** A page that leaves once the transaction it was made in has committed. */
export interface PreparedPage {
  readonly state: FeedState
  readonly checked: readonly CheckedSlot[]
}

/** A page that is asked for, by somebody. */
export type Asked = Pick<FeedQuestion, 'caller' | 'after' | 'limit'>

/**
 * Answers feeds, several in one transaction: their slots are read and held, each copy is checked, and the disclosure of each
 * is on record and durable before any of them is answered.
 */
export class AnswerFeeds {
  constructor(private readonly parts: AnswerFeedsParts) {}

  /**
   * @param asked - of each recipient one
   * @returns the pages in order; one is empty where there is nothing after its number
   */
  async answer(asked: readonly Asked[]): Promise<readonly FeedPage[]> {
    const prepared = await this.parts.database.transaction((tx) => this.prepare(tx, asked))
    return this.committed(prepared)
  }

  /**
   * As {@link answer}, in a transaction that does more; its pages may be told once it has committed.
   *
   * @param given - what the transaction did before: the slots it numbered, and what it knows of their events
   */
  async prepare(tx: Sql, asked: readonly Asked[], given?: JustRouted): Promise<readonly PreparedPage[]> {
    const { feeds, check, inHand } = this.parts
    const known = inHand.for(new Set(asked.map(({ caller }) => ownLine(caller))))
    const questions = asked.map(({ caller, after, limit }) => {
      const justNumbered = given?.numbered.get(ownLine(caller))
      return { recipient: ownLine(caller), after, limit, ...(justNumbered !== undefined && { justNumbered }) }
    })
    const pages = await feeds.pages(tx, questions, known)
    const checked = await check.check(tx, pages, given?.known)
    await this.disclose(tx, asked, checked)
    return pages.map(({ state }, n) => ({ state, checked: checked[n] ?? [] }))
  }

  /** @returns the pages, which may leave now */
  committed(prepared: readonly PreparedPage[]): readonly FeedPage[] {
    const slots = prepared.flatMap(({ checked }) => checked)
    this.parts.inHand.drop(slots.map(({ change }) => change.decisionId))
    if (slots.length > 0) this.parts.onCommitted()
    return prepared.map(({ state, checked }) => ({ state, events: checked.map(envelopeOf) }))
  }

  private async disclose(
    tx: Sql,
    asked: readonly Asked[],
    checked: readonly (readonly CheckedSlot[])[],
  ): Promise<void> {
    const disclosed = asked.flatMap(({ caller }, n) =>
      (checked[n] ?? []).filter(({ answer }) => 'jwe' in answer).map((copy) => this.record(caller, copy)),
    )
    const refused = checked.flat().flatMap(({ refused }) => refused ?? [])
    const [copies, refusals] = await Promise.all([
      Promise.all(disclosed),
      Promise.all(refused.map(({ event, decision }) => recordDecisions(this.parts.recorder, event, [decision]))),
    ])
    const messages = [...copies.map(({ message }) => message), ...refusals.flat()]
    const pages = asked.map(({ caller }, n) => ({
      recipient: ownLine(caller),
      changes: (checked[n] ?? []).map(({ change }) => change),
    }))
    this.parts.feeds.sent(
      tx,
      pages.filter(({ changes }) => changes.length > 0),
      inFewMessages(messages),
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
