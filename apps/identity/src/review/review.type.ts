import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql'
import { connectionOf } from '#libs/service'
import { Identifier, Name } from '../child/child.type.js'

export const ReviewKind = {
  POSSIBLE_MATCH: 'POSSIBLE_MATCH',
  MERGE: 'MERGE',
  SPLIT: 'SPLIT',
  OVERRIDE: 'OVERRIDE',
  GUARDIAN: 'GUARDIAN',
} as const
export type ReviewKind = (typeof ReviewKind)[keyof typeof ReviewKind]
registerEnumType(ReviewKind, { name: 'ReviewKind', description: 'What a person is to decide.' })

export const ReviewState = {
  OPEN: 'OPEN',
  CLAIMED: 'CLAIMED',
  ASKED: 'ASKED',
  SECOND: 'SECOND',
  CONFLICT: 'CONFLICT',
  APPLIED: 'APPLIED',
  WITHDRAWN: 'WITHDRAWN',
} as const
export type ReviewState = (typeof ReviewState)[keyof typeof ReviewState]
registerEnumType(ReviewState, {
  name: 'ReviewState',
  description:
    'ASKED: the source agency was asked. SECOND: another person must answer. CONFLICT: a third decides. An applied one can be claimed again.',
})

export const ReviewAnswer = { SAME: 'SAME', DIFFERENT: 'DIFFERENT', CANNOT_TELL: 'CANNOT_TELL' } as const
export type ReviewAnswer = (typeof ReviewAnswer)[keyof typeof ReviewAnswer]
registerEnumType(ReviewAnswer, { name: 'ReviewAnswer', description: 'Whether the sides are one child.' })

export const OverrideKind = { MUST_LINK: 'MUST_LINK', CANNOT_LINK: 'CANNOT_LINK' } as const
export type OverrideKind = (typeof OverrideKind)[keyof typeof OverrideKind]
registerEnumType(OverrideKind, { name: 'OverrideKind' })

@ObjectType({ description: 'One comparison of two records, in milli-bits; never a value of a person.' })
export class ReviewEvidence {
  @Field(() => String)
  comparison!: string

  @Field(() => String)
  level!: string

  @Field(() => Int, { description: 'For the same child, against unrelated ones.' })
  same!: number

  @Field(() => Int, { description: 'For a sibling or household, against unrelated ones.' })
  sibling!: number
}

@ObjectType({ description: 'The verdict of the model: kept from whoever has not answered yet.' })
export class ReviewExplanation {
  @Field(() => Int, { nullable: true, description: 'Chance that the best two are one child, in thousandths.' })
  same?: number

  @Field(() => Int, { nullable: true, description: 'Chance that they are siblings, in thousandths.' })
  sibling?: number

  @Field(() => [ReviewEvidence])
  why!: ReviewEvidence[]
}

@ObjectType({ description: 'What one record of an agency says now.' })
export class ReviewRecord {
  @Field(() => ID)
  id!: string

  @Field(() => String, { description: 'The agency whose record it is.' })
  source!: string

  @Field(() => Date)
  recordedAt!: Date

  @Field(() => [Name])
  names!: Name[]

  @Field(() => String, { nullable: true, description: 'ISO 8601 date.' })
  bornOn?: string

  @Field(() => String, { nullable: true })
  sex?: string

  @Field(() => [String], { description: 'Postcodes, current and past.' })
  postcodes!: string[]

  @Field(() => [Name], { description: 'Parents as the record names them.' })
  parents!: Name[]

  @Field(() => [Identifier])
  identifiers!: Identifier[]
}

@ObjectType({ description: 'Records that stand together; the sides do not change when children are joined.' })
export class ReviewSide {
  @Field(() => ID, { nullable: true, description: 'The identifier of their child when the review was taken up.' })
  uci?: string

  @Field(() => [ReviewRecord])
  records!: ReviewRecord[]
}

@ObjectType({ description: 'A question about identity that the matcher, or a steward, leaves to persons.' })
export class Review {
  @Field(() => ID)
  id!: string

  @Field(() => ReviewKind)
  kind!: ReviewKind

  @Field(() => ReviewState)
  state!: ReviewState

  @Field(() => Date)
  openedAt!: Date

  @Field(() => Boolean, { description: 'Two persons decide, each on their own.' })
  needsSecond!: boolean

  @Field(() => Date, { nullable: true, description: 'Until when whoever took it up has it.' })
  claimedUntil?: Date

  @Field(() => [ID], { description: 'The children it is about; the first was registered for the time being.' })
  ucis!: string[]

  @Field(() => [ReviewSide])
  sides!: ReviewSide[]

  @Field(() => ReviewExplanation, { nullable: true, description: 'Null until you have answered.' })
  explanation?: ReviewExplanation

  @Field(() => ReviewAnswer, { nullable: true, description: 'What was decided, once it is applied.' })
  outcome?: ReviewAnswer
}

@ObjectType()
export class ReviewConnection extends connectionOf(Review) {}

@ObjectType({ description: 'How well those who decide agree where two answered the same question on their own.' })
export class StewardAgreement {
  @Field(() => String, { nullable: true, description: 'Null: all together.' })
  steward?: string

  @Field(() => Int)
  pairs!: number

  @Field(() => Number, {
    nullable: true,
    description: 'Cohen’s kappa; the target is .80. Null where chance explains all.',
  })
  kappa?: number

  @Field(() => Boolean, { description: 'Below .60 a steward’s decisions do not train the model.' })
  trains!: boolean
}
