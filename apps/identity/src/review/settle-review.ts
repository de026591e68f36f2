import { addToOutbox, newId, type Database, type OutboxMessage, type Sql } from '#libs/postgres'
import { Problem } from '#libs/service'
import type { ApplyChange } from '../change/apply-change.js'
import { planMerge, planSplit, planUndo, type ChangePlan, type ChildState, type Planned } from '../change/change.js'
import type { ChangeRepository } from '../change/change.repository.js'
import type { ConfirmChild } from '../change/confirm-child.js'
import type { NewOverride, OverrideRepository } from '../change/override.repository.js'
import { isAgreed, type ReviewEffect } from './review-effect.js'
import type { ReviewRepository, StoredReview } from './review.repository.js'
import type { SettledChildRepository } from './settled-child.repository.js'

/** A review whose outcome stands, and what commits with it. */
export interface Settlement {
  readonly review: StoredReview
  readonly outcome: 'same' | 'different'
  readonly effect: ReviewEffect
  /** Those who answered the same; the first two decided. */
  readonly deciders: readonly string[]
  readonly reason: { readonly bytes: Buffer; readonly keyId: string }
  /** Keeps the answer and what is written in any case. */
  readonly keep: (tx: Sql) => Promise<readonly OutboxMessage[]>
}

type OverrideWords = Omit<NewOverride, 'reason' | 'decidedBy' | 'reviewId'>

/** What carrying out stands on. */
export interface SettleParts {
  readonly database: Database
  readonly reviews: ReviewRepository
  readonly changes: ChangeRepository
  readonly overrides: OverrideRepository
  readonly settled: SettledChildRepository
  readonly applying: ApplyChange
  readonly confirming: ConfirmChild
  readonly newUci: () => string
}

/** Carries out what a review decided: answer, change, overrides, records of the access and the word to everybody commit together. */
export class SettleReview {
  constructor(private readonly parts: SettleParts) {}

  async settle(given: Settlement): Promise<void> {
    const { effect } = given
    switch (effect.do) {
      case 'merge':
        return this.merge(given, effect)
      case 'split':
        return this.split(given, effect)
      case 'undo':
        return this.undo(given, effect.changeId)
      case 'confirm':
        return this.plainly(given, (tx) => this.parts.confirming.confirm(tx, effect.childId))
      case 'release':
        return this.plainly(given, (tx) => this.parts.settled.release(tx, effect.childId))
      case 'nothing':
        return this.plainly(given, () => Promise.resolve())
    }
  }

  private async merge(given: Settlement, { one, two }: { one: string; two: string }): Promise<void> {
    const [left, right] = await this.parts.changes.follow([one, two])
    if (left === undefined || right === undefined || left === right) return this.plainly(given, () => Promise.resolve())
    return this.change(given, [left, right], (states) => {
      const [a, b] = [left, right].map((id) => states.find(({ childId }) => childId === id))
      return a && b ? planMerge(newId(), a, b) : { ok: false, because: 'closed' }
    })
  }

  private async split(given: Settlement, effect: Extract<ReviewEffect, { do: 'split' }>): Promise<void> {
    const [childId] = await this.parts.changes.follow([effect.childId])
    if (childId === undefined) throw new Problem('CHANGE_IMPOSSIBLE')
    const apart = {
      leaving: new Set(effect.leaving),
      isMislink: effect.isMislink,
      newChild: { childId: newId(), uci: this.parts.newUci() },
    }
    return this.change(given, [childId], ([state]) =>
      state ? planSplit(newId(), state, apart) : { ok: false, because: 'closed' },
    )
  }

  private async undo(given: Settlement, changeId: string): Promise<void> {
    const past = await this.parts.changes.past(changeId)
    if (!past) throw new Problem('CHANGE_IMPOSSIBLE')
    const today = await this.parts.changes.childrenOf(past.moved.map(({ sourceRecordId }) => sourceRecordId))
    const childIds = [...past.children.map(({ childId }) => childId), ...today.filter((id) => id !== undefined)]
    return this.change(given, [...new Set(childIds)], (states) => planUndo(newId(), past, states))
  }

  private async change(
    given: Settlement,
    childIds: readonly string[],
    plan: (states: readonly ChildState[]) => Planned,
  ): Promise<void> {
    const { review, deciders } = given
    const outcome = await this.parts.applying.apply({
      childIds,
      plan,
      ground: { madeBy: deciders, reviewId: review.id, explanation: { review: review.id } },
      also: async (tx, made) => {
        const messages = await given.keep(tx)
        await this.parts.reviews.settle(tx, review.id, made.changeId)
        await this.writeOverrides(tx, given, made)
        await this.parts.confirming.settleOthers(tx, childIds, review.id)
        return messages
      },
    })
    if (!outcome.ok) throw new Problem('CHANGE_IMPOSSIBLE')
  }

  /** A split is kept by a cannot-link; what was decided anew ends what was said before. */
  private async writeOverrides(tx: Sql, given: Settlement, made?: ChangePlan): Promise<void> {
    const { review, reason, deciders } = given
    await this.parts.overrides.end(tx, review.id)
    const [first, second] = deciders
    if (first === undefined || second === undefined) return
    const said = proposedIn(given) ?? (made && (await this.partedBy(tx, made)))
    if (said) await this.parts.overrides.add(tx, { ...said, reason, decidedBy: [first, second], reviewId: review.id })
  }

  private async partedBy(tx: Sql, { kind, moves, children }: ChangePlan): Promise<OverrideWords | undefined> {
    if (kind !== 'split' && kind !== 'mislinked') return undefined
    const right = moves.map(({ record }) => record.sourceRecordId)
    const kept = await this.parts.settled.recordsOf(tx, children[0]?.childId ?? '')
    return { kind: 'cannot-link', left: kept.filter((id) => !right.includes(id)), right, scope: 'all' }
  }

  private async plainly(given: Settlement, also: (tx: Sql) => Promise<void>): Promise<void> {
    await this.parts.database.transaction(async (tx) => {
      await addToOutbox(tx, 'identity', await given.keep(tx))
      await this.writeOverrides(tx, given)
      await also(tx)
    })
  }
}

/** The override that a review proposed, if its outcome is what was proposed. */
function proposedIn({ review: { proposal }, outcome }: Settlement): OverrideWords | undefined {
  if (proposal?.do !== 'override' || !isAgreed(proposal, outcome)) return undefined
  const { kind, left, right, scope, expiresAt } = proposal
  return { kind, left: [left], right: [right], scope, ...(expiresAt !== undefined && { expiresAt }) }
}
