import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql'
import { connectionOf } from '#libs/service'

export const ReviewKind = { POSSIBLE_MATCH: 'POSSIBLE_MATCH', SPLIT: 'SPLIT' } as const
export type ReviewKind = (typeof ReviewKind)[keyof typeof ReviewKind]
registerEnumType(ReviewKind, { name: 'ReviewKind', description: 'What a person is to decide.' })

export const ReviewState = { OPEN: 'OPEN' } as const
export type ReviewState = (typeof ReviewState)[keyof typeof ReviewState]
registerEnumType(ReviewState, { name: 'ReviewState' })

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

@ObjectType({ description: 'A possible match that the matcher leaves to a person.' })
export class Review {
  @Field(() => ID)
  id!: string

  @Field(() => ReviewKind)
  kind!: ReviewKind

  @Field(() => ReviewState)
  state!: ReviewState

  @Field(() => Date)
  openedAt!: Date

  @Field(() => [ID], { description: 'The children it may be one of; the first was registered for the time being.' })
  ucis!: string[]

  @Field(() => Int, { nullable: true, description: 'Chance that the best two are one child, in thousandths.' })
  same?: number

  @Field(() => Int, { nullable: true, description: 'Chance that they are siblings, in thousandths.' })
  sibling?: number

  @Field(() => [ReviewEvidence])
  why!: ReviewEvidence[]
}

@ObjectType()
export class ReviewConnection extends connectionOf(Review) {}
