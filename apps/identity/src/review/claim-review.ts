import { addToOutbox } from '#libs/postgres'
import type { AccessReceipt, Caller } from '#libs/security'
import { Problem } from '#libs/service'
import type { Desk } from './review-desk.js'
import { decideClaim } from './review.js'
import type { ShownReview, ShowParts, ShowReviews } from './show-reviews.js'

/** A review, and the receipts of having seen whom it is about. */
export interface Worked {
  readonly shown: ShownReview
  readonly receipts: readonly AccessReceipt[]
}

/** Gives a review to one person for thirty minutes. Claiming an applied one takes it up again. */
export class ClaimReview {
  constructor(private readonly parts: ShowParts & { readonly showing: ShowReviews }) {}

  async claim(caller: Caller, id: string): Promise<Worked> {
    const { desk: desks, showing } = this.parts
    const desk = await desks.admit(caller, 'claimReview')
    const attempt = { action: 'claimReview', asked: `review ${id}`, about: () => showing.about(desk, id) } as const
    return desks.attempt(desk, attempt, () => this.claimAs(desk, id))
  }

  private async claimAs(desk: Desk, id: string): Promise<Worked> {
    const { database, desk: desks, reviews, sides: all, showing } = this.parts
    const found = await showing.find(desk, id)
    const sides = await all.of(found)
    const records = await desks.records(
      desk,
      'claimReview',
      sides.map(({ childId }) => childId),
      { review: id },
    )
    await database.transaction(async (tx) => {
      await reviews.hold(tx, id)
      const review = await reviews.find(tx, { id, permit: desk.permit })
      if (!review) throw new Problem('NOT_FOUND')
      const decided = decideClaim(review, desk.person, await reviews.now(tx))
      if (!decided.ok) throw new Problem(decided.code)
      await reviews.claim(tx, { id, sides, ...decided }, desk.person)
      await addToOutbox(
        tx,
        'identity',
        records.map(({ message }) => message),
      )
    })
    const shown = await showing.open(desk, await showing.find(desk, id), sides)
    return { shown, receipts: records.map(({ receipt }) => receipt) }
  }
}
