import { Directive, Field, GraphQLISODateTime, ID, ObjectType } from '@nestjs/graphql'
import { connectionOf } from '#libs/service'
import { RecordEventType } from '../routing/decision.type.js'

@ObjectType('Delivery', { description: 'A slot of your feed: a sealed copy, or a tombstone with a reason.' })
@Directive('@key(fields: "id", resolvable: false)')
export class DeliveryType {
  @Field(() => ID, { description: 'The outer id of the envelope.' })
  id!: string

  @Field(() => String, { description: 'Its number, 19 digits: text order is its order.' })
  sequence!: string

  @Field(() => RecordEventType, {
    nullable: true,
    description: 'The event, once its copy was sent; none behind a tombstone.',
  })
  event?: RecordEventType | null

  @Field(() => String, { nullable: true, description: 'Why it holds no copy.' })
  reason?: string | null

  @Field(() => String, { nullable: true, description: 'The slot whose copy it calls back.' })
  withdraws?: string | null

  @Field(() => GraphQLISODateTime)
  createdAt!: Date

  @Field(() => GraphQLISODateTime, { nullable: true, description: 'When its copy first left; a tombstone never does.' })
  firstSentAt?: Date | null

  @Field(() => GraphQLISODateTime, { nullable: true, description: 'Unacknowledged after this, its sender is told.' })
  acknowledgeBy?: Date | null

  @Field(() => GraphQLISODateTime, { nullable: true })
  acknowledgedAt?: Date | null
}

@ObjectType('DeliveryConnection')
export class DeliveryConnection extends connectionOf(DeliveryType) {}
