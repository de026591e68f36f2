import { addToOutbox, type Database } from '#libs/postgres'
import { KeyMissing, type AccessReceipt, type Caller, type RecordedAccess } from '#libs/security'
import { Problem } from '#libs/service'
import type { Desk, ReviewDesk } from './review-desk.js'
import type { OpenSide, ReviewSides } from './review-sides.js'
import type { ReviewRepository, Side, StoredReview } from './review.repository.js'
import type { ReviewState } from './review.js'

const action = 'readReviews'

/** A review as one person may see it now. */
export interface ShownReview {
  readonly review: StoredReview
  readonly sides: readonly OpenSide[]
  /** The model's verdict is kept from whoever has not answered. */
  readonly isVerdictShown: boolean
}

/** What showing stands on. */
export interface ShowParts {
  readonly database: Database
  readonly desk: ReviewDesk
  readonly reviews: ReviewRepository
  readonly sides: ReviewSides
}

/** Shows reviews to those who decide them; each child on the page is one access, on record before anything is opened. */
export class ShowReviews {
  constructor(private readonly parts: ShowParts) {}

  async list(
    caller: Caller,
    page: {
      readonly first: number
      readonly after?: { readonly rank: number; readonly id: string }
      readonly state?: ReviewState
    },
  ): Promise<{
    readonly shown: readonly ShownReview[]
    readonly hasMore: boolean
    readonly receipts: readonly AccessReceipt[]
  }> {
    const desk = await this.parts.desk.admit(caller, action)
    const { first, after, state } = page
    const rows = await this.parts.reviews.queue({
      ...{ limit: first + 1, isGuardian: desk.isGuardian, permit: desk.permit },
      ...(after && { after }),
      ...(state && { state }),
    })
    const reviews = rows.slice(0, first)
    const sides = await Promise.all(reviews.map((review) => this.parts.sides.of(review)))
    const recorded = await this.recorded(desk, sides.flat())
    const receipts = await this.record(desk, [...recorded.values()])
    const shown = await Promise.all(
      reviews.map((review, at) => {
        const own = sides[at] ?? []
        return this.open(desk, review, own.every(({ childId }) => recorded.has(childId)) ? own : [])
      }),
    )
    return { shown, hasMore: rows.length > first, receipts }
  }

  /**
   * One review, for whoever works on it.
   *
   * @throws Problem `NOT_FOUND` where there is none, or it is another desk's: the two look alike
   */
  async find(desk: Desk, id: string): Promise<StoredReview> {
    const review = await this.parts.reviews.find(this.parts.database, { id, permit: desk.permit })
    if (!review || !isOfDesk(review, desk)) throw new Problem('NOT_FOUND')
    return review
  }

  /** Whom a review is about, for the record of who tried to work on it; of another desk's one child, as of none nobody. */
  async about(desk: Desk, id: string): Promise<readonly (string | undefined)[]> {
    const review = await this.parts.reviews.find(this.parts.database, { id, permit: desk.permit })
    return review && isOfDesk(review, desk) ? [...new Set([review.childId, ...review.otherIds])] : [review?.childId]
  }

  /** The caller has made the access durable. */
  async open(desk: Desk, review: StoredReview, sides: readonly Side[]): Promise<ShownReview> {
    const hasAnswered = review.answers.some(({ by }) => by === desk.person)
    return {
      review,
      sides: await this.parts.sides.open({ sides, permit: desk.permit }),
      isVerdictShown: hasAnswered || review.state === 'applied',
    }
  }

  /** By child. One whose key is not to be had is not there, and nothing of it is shown; the others are. */
  private async recorded(desk: Desk, sides: readonly Side[]): Promise<ReadonlyMap<string, RecordedAccess>> {
    const recorded = new Map<string, RecordedAccess>()
    const record = async (childId: string): Promise<void> => {
      const [one] = await this.parts.desk.records(desk, action, [childId])
      if (one) recorded.set(childId, one)
    }
    const ids = new Set(sides.map(({ childId }) => childId))
    await Promise.all(
      [...ids].map((id) =>
        record(id).catch((error: unknown) => {
          if (!(error instanceof KeyMissing)) throw error
        }),
      ),
    )
    return recorded
  }

  private async record(desk: Desk, known: readonly RecordedAccess[]): Promise<readonly AccessReceipt[]> {
    const records = known.length > 0 ? known : await this.parts.desk.records(desk, action, [])
    await this.parts.database.transaction((tx) =>
      addToOutbox(
        tx,
        'identity',
        records.map(({ message }) => message),
      ),
    )
    return records.map(({ receipt }) => receipt)
  }
}

function isOfDesk({ kind, isProtected }: StoredReview, { isGuardian }: Desk): boolean {
  return (kind === 'guardian' || isProtected) === isGuardian
}
