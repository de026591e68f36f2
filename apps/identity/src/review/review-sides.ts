import type { Permit } from '#libs/policy'
import type { ChildState } from '../change/change.js'
import type { ChangeRepository } from '../change/change.repository.js'
import type { RecordContent, RecordContentRepository } from '../change/record-content.repository.js'
import type { ReviewRepository, Side, StoredReview } from './review.repository.js'

/** A side as a steward reads it: what each of its records says now. */
export interface OpenSide {
  readonly uci?: string
  readonly records: readonly RecordContent[]
}

/** Which records stand against which, and what they say. */
export class ReviewSides {
  constructor(
    private readonly parts: {
      readonly changes: ChangeRepository
      readonly records: RecordContentRepository
      readonly reviews: ReviewRepository
    },
  ) {}

  /** The sides as they were when the review was first taken up; before that, as they are. */
  async of(review: StoredReview): Promise<readonly Side[]> {
    if (review.sides) return review.sides
    const states = await this.parts.changes.states([...new Set([review.childId, ...review.otherIds])])
    if (review.kind !== 'split') return inOrder(review, states).map((state) => sideOf(state, () => true))
    const leaving = new Set(await this.leavingIn(review))
    return states.flatMap((state) => [sideOf(state, (id) => !leaving.has(id)), sideOf(state, (id) => leaving.has(id))])
  }

  /** The records that a split would part: those proposed, else the one whose revision raised the doubt. */
  async leavingIn({ proposal, decisionId }: StoredReview): Promise<readonly string[]> {
    if (proposal?.do === 'split') return proposal.leaving
    const record = await this.parts.reviews.recordOfDecision(decisionId)
    return record === undefined ? [] : [record]
  }

  /** Opens what the records of the sides say, newest version each that opens: one that does not keeps none from being seen. */
  async open(asked: {
    readonly sides: readonly Side[]
    readonly permit: Permit<'decideReview'>
  }): Promise<readonly OpenSide[]> {
    const versions = await this.parts.records.thatOpen(asked.sides.flatMap(({ records }) => records))
    return asked.sides.map(({ uci, records }) => ({
      records: records.flatMap((id) => versions.get(id)?.at(-1) ?? []),
      ...(uci !== undefined && { uci }),
    }))
  }
}

function inOrder({ childId }: StoredReview, states: readonly ChildState[]): readonly ChildState[] {
  return [...states].sort((one, two) => Number(two.childId === childId) - Number(one.childId === childId))
}

function sideOf({ childId, uci, records }: ChildState, isIn: (id: string) => boolean): Side {
  const ids = records.map(({ sourceRecordId }) => sourceRecordId).filter(isIn)
  return { childId, records: ids, ...(uci !== undefined && { uci }) }
}
