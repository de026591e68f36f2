import { Field, Float, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql'
import { connectionOf } from '#libs/service'
import { NamePart } from '../model/name-part.type.js'

export const NameVariantState = {
  PROPOSED: 'PROPOSED',
  ACCEPTED: 'ACCEPTED',
  REFUSED: 'REFUSED',
  WITHDRAWN: 'WITHDRAWN',
} as const
export type NameVariantState = (typeof NameVariantState)[keyof typeof NameVariantState]
registerEnumType(NameVariantState, {
  name: 'NameVariantState',
  description: 'ACCEPTED: in the next model that is made, and in those made since; not yet in the one that decides.',
})

export const NameVariantOrigin = { MINED: 'MINED', REVIEWED: 'REVIEWED', STEWARD: 'STEWARD' } as const
export type NameVariantOrigin = (typeof NameVariantOrigin)[keyof typeof NameVariantOrigin]
registerEnumType(NameVariantOrigin, {
  name: 'NameVariantOrigin',
  description:
    'Who found it. MINED: children have both by records of one verified number. REVIEWED: by records that persons joined, some of them. STEWARD: a person named it.',
})

export const NameVariantDecision = { ACCEPT: 'ACCEPT', REFUSE: 'REFUSE', WITHDRAW: 'WITHDRAW' } as const
export type NameVariantDecision = (typeof NameVariantDecision)[keyof typeof NameVariantDecision]
registerEnumType(NameVariantDecision, {
  name: 'NameVariantDecision',
  description: 'WITHDRAW: what was accepted goes into no further model.',
})

@ObjectType({ description: 'Two names that may be forms of one; nothing of it leads to a child.' })
export class NameVariant {
  @Field(() => ID)
  id!: string

  @Field(() => NamePart)
  part!: NamePart

  @Field(() => [String], { description: 'Two, in their matching form, in the order of the alphabet.' })
  names!: string[]

  @Field(() => NameVariantState)
  state!: NameVariantState

  @Field(() => NameVariantOrigin)
  origin!: NameVariantOrigin

  @Field(() => Int, {
    nullable: true,
    description: 'Children that go by both, of three families at least. Null where a steward named it.',
  })
  children?: number

  @Field(() => Float, { nullable: true, description: 'How many times as many as chance would give both; 8 at least.' })
  lift?: number

  @Field(() => Date)
  proposedAt!: Date

  @Field(() => Date, {
    nullable: true,
    description: 'When it was last accepted, refused or withdrawn, if it stands so.',
  })
  decidedAt?: Date

  @Field(() => Boolean, { description: 'You named it: another person accepts it.' })
  isYours!: boolean
}

@ObjectType()
export class NameVariantConnection extends connectionOf(NameVariant) {}
