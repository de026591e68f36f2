import type { Database, Sql } from '#libs/postgres'
import { inFewMessages, type AccessRecorder, type Caller } from '#libs/security'
import { recordDecisions } from '../routing/record-decisions.js'
import type { CheckedSlot, CheckSlots } from './check-slots.js'
import type { CopiesInHand } from './copies-in-hand.js'
import { envelopeOf, type FeedPage, type FeedQuestion } from './feed-page.js'
import type { FeedRepository } from './feed.repository.js'
import { ownLine } from './line.js'

export interface AnswerFeedsParts {
  readonly database: Pick<Database, 'transaction'>
  readonly feeds: Pick<FeedRepository, 'pages' | 'sent'>
  readonly check: Pick<CheckSlots, 'check'>
  readonly recorder: AccessRecorder
  readonly inHand: CopiesInHand
  readonly onCommitted: () => void
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
    const { database, feeds, check, inHand, onCommitted } = this.parts
    const known = inHand.for(new Set(asked.map(({ caller }) => ownLine(caller))))
    const answered = await database.transaction(async (tx) => {
      const questions = asked.map(({ caller, after, limit }) => ({ recipient: ownLine(caller), after, limit }))
      const pages = await feeds.pages(tx, questions, known)
      const checked = await check.check(tx, pages)
      await this.disclose(tx, asked, checked)
      return pages.map(({ state }, n) => ({ state, checked: checked[n] ?? [] }))
    })
    const slots = answered.flatMap(({ checked }) => checked)
    inHand.drop(slots.map(({ change }) => change.decisionId))
    if (slots.length > 0) onCommitted()
    return answered.map(({ state, checked }) => ({ state, events: checked.map(envelopeOf) }))
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
