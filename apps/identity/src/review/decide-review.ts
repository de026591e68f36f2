import type { OutboxMessage, Sql } from '#libs/postgres'
import { addToOutbox, newId } from '#libs/postgres'
import type { Caller, RecordedAccess } from '#libs/security'
import { Problem } from '#libs/service'
import type { ChangeRepository } from '../change/change.repository.js'
import type { KeyedHashes } from '../resolution/keyed-hashes.js'
import type { Worked } from './claim-review.js'
import type { ReasonSeal } from './reason-seal.js'
import { effectOf, type ReviewEffect } from './review-effect.js'
import type { Desk } from './review-desk.js'
import type { Side, StoredReview } from './review.repository.js'
import { decideAnswer, isRepeated, takesTwo, type Answer, type AnswerDecision } from './review.js'
import type { SettleReview } from './settle-review.js'
import type { ShowParts, ShowReviews } from './show-reviews.js'

/** What a person says about a review. */
export interface Said {
  readonly id: string
  readonly answer: Answer
  readonly reason: string
  /** Which of several children it is the same as; ten symbols. */
  readonly sameAs?: string
}

/** What answering stands on. */
export interface DecideParts extends ShowParts {
  readonly showing: ShowReviews
  readonly changes: ChangeRepository
  readonly settling: SettleReview
  readonly reasons: ReasonSeal
  readonly hashes: KeyedHashes
}

type Decided = Extract<AnswerDecision, { ok: true }>

/** Takes the answer of the person who holds a review, and carries out what it leads to. */
export class DecideReview {
  constructor(private readonly parts: DecideParts) {}

  async decide(caller: Caller, said: Said): Promise<Worked> {
    const { desk: desks, showing } = this.parts
    const desk = await desks.admit(caller, 'decideReview')
    const about = () => showing.about(desk, said.id)
    const attempt = { action: 'decideReview', asked: `review ${said.id}`, about } as const
    return desks.attempt(desk, attempt, () => this.decideAs(desk, said))
  }

  private async decideAs(desk: Desk, said: Said): Promise<Worked> {
    const { desk: desks, showing, sides: all } = this.parts
    const review = await showing.find(desk, said.id)
    const sides = await all.of(review)
    const sameAs = await this.childMeant(review, said)
    const records = await desks.records(
      desk,
      'decideReview',
      sides.map(({ childId }) => childId),
      { review: review.id, answer: said.answer },
    )
    await this.carryOut(desk, { review, said, sameAs, sides, records })
    const shown = await showing.open(desk, await showing.find(desk, review.id), sides)
    return { shown, receipts: records.map(({ receipt }) => receipt) }
  }

  private async carryOut(desk: Desk, given: Answered): Promise<void> {
    const { review, said, sides } = given
    const { database, settling, reasons, reviews } = this.parts
    const judged = await this.judge(desk, given, await reviews.now(database))
    if (!judged.decided.ok) throw new Problem(judged.decided.code)
    const { decided, effect } = judged
    const reason = await reasons.seal(review.id, said.reason)
    const keep = (tx: Sql): Promise<readonly OutboxMessage[]> => this.keep(tx, desk, { ...given, decided, reason })
    if (decided.to !== 'applied') {
      await database.transaction(async (tx) => {
        await addToOutbox(tx, 'identity', await keep(tx))
      })
      return
    }
    const agreeing = review.answers.filter(({ answer }) => answer === decided.outcome).map(({ by }) => by)
    const deciders = [...agreeing, desk.person]
    const repeat = async (tx: Sql) => {
      const messages = await keep(tx)
      await this.repeat(tx, review, sides)
      return messages
    }
    await settling.settle({ review, outcome: decided.outcome, effect, deciders, reason, keep: repeat })
  }

  private async judge(desk: Desk, { review, said, sameAs }: Answered, now: Date) {
    const effect = await this.effectOf(review, said.answer === 'cannot-tell' ? 'different' : said.answer, sameAs)
    const needsTwo = takesTwo(review, {
      answer: said.answer,
      isEachActive: await this.isEachActive(effect),
      undoes: effect.do === 'undo',
      isRepeat: review.blindOf !== undefined,
    })
    const decided = decideAnswer(
      review,
      { person: desk.person, answer: said.answer, needsTwo, ...(sameAs !== undefined && { sameAs }) },
      now,
    )
    // The third decides between two: what is carried out is the third's word.
    return { decided, effect }
  }

  private async effectOf(
    review: StoredReview,
    outcome: 'same' | 'different',
    sameAs: string | undefined,
  ): Promise<ReviewEffect> {
    const { changes, sides } = this.parts
    const leaving = review.kind === 'split' ? await sides.leavingIn(review) : []
    const { proposal } = review
    const holders = proposal?.do === 'override' ? await changes.childrenOf([proposal.left, proposal.right]) : []
    const [left, right] = holders
    return effectOf(review, outcome, {
      leaving,
      ...(sameAs !== undefined && { sameAs }),
      ...(left !== undefined && right !== undefined && { holders: [left, right] as const }),
    })
  }

  private async isEachActive(effect: ReviewEffect): Promise<boolean> {
    if (effect.do !== 'merge') return false
    const states = await this.parts.changes.states(await this.parts.changes.follow([effect.one, effect.two]))
    return states.length > 1 && states.every(({ status }) => status === 'active')
  }

  /** The child that `sameAs` names must be one that the review is about. */
  private async childMeant(review: StoredReview, { sameAs, answer }: Said): Promise<string | undefined> {
    if (answer !== 'same' || review.kind === 'split' || review.kind === 'override') return undefined
    if (sameAs === undefined && review.otherIds.length > 1)
      throw new Problem('SCHEMA_INVALID', undefined, {
        errors: [{ pointer: '#/input/sameAs', code: 'FIELD_REQUIRED' }],
      })
    return sameAs === undefined ? review.otherIds[0] : this.childNamed(review, sameAs)
  }

  private async childNamed(review: StoredReview, sameAs: string): Promise<string> {
    const named = await this.parts.changes.ofUci(sameAs)
    const others = await this.parts.changes.follow(review.otherIds)
    if (named === undefined || !others.includes(named)) throw new Problem('NOT_FOUND')
    return named
  }

  /** The answer counts if the review is still as it was when the answer was judged. */
  private async keep(
    tx: Sql,
    desk: Desk,
    given: Answered & { decided: Decided; reason: { bytes: Buffer; keyId: string } },
  ): Promise<readonly OutboxMessage[]> {
    const { review, said, sameAs, decided, reason, records } = given
    await this.parts.reviews.hold(tx, review.id)
    const now = await this.parts.reviews.find(tx, { id: review.id, permit: desk.permit })
    if (now?.state !== review.state || now.round !== review.round || now.claimedBy !== desk.person)
      throw new Problem('REVIEW_NOT_CLAIMED')
    const word = { by: desk.person, answer: said.answer, reason, decided }
    await this.parts.reviews.answer(tx, review, { ...word, ...(sameAs !== undefined && { sameAs }) })
    return records.map(({ message }) => message)
  }

  private async repeat(tx: Sql, review: StoredReview, sides: readonly Side[]): Promise<void> {
    const { kind, childId, otherIds, decisionId, needsSecond, proposal, blindOf } = review
    const isPair = kind === 'possible-match' || kind === 'merge' || kind === 'split'
    const hash = this.parts.hashes.content(`repeat ${review.id} ${review.round}`)
    if (!isPair || blindOf !== undefined || !isRepeated(hash)) return
    const same = { kind, childId, otherIds, decisionId, needsSecond, sides, ...(proposal && { proposal }) }
    await this.parts.reviews.open(tx, { id: newId(), state: 'open', blindOf: review.id, ...same })
  }
}

interface Answered {
  readonly review: StoredReview
  readonly said: Said
  readonly sameAs: string | undefined
  readonly sides: readonly Side[]
  readonly records: readonly RecordedAccess[]
}
