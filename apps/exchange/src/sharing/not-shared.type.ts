import { Directive, Field, ID, ObjectType } from '@nestjs/graphql'
import { connectionOf } from '#libs/service'
import { RecordEventType } from '../routing/decision.type.js'

@ObjectType('DecisionNotToShare', { description: 'What a sender has set against sharing what it posts of a child.' })
@Directive('@key(fields: "id", resolvable: false)')
export class DecisionNotToShareType {
  @Field(() => ID, { description: 'Of the event that says it.' })
  id!: string

  @Field(() => RecordEventType)
  event!: RecordEventType

  @Field(() => String, { description: 'The agency that posted it.' })
  sender!: string

  @Field(() => String, {
    description: '`declined`, or what has become of an objection: `pending`, `upheld`, `refused`.',
  })
  kind!: string

  @Field(() => [String], { nullable: true, description: 'Whom it is about; all, where it is null.' })
  agencies?: readonly string[] | null

  @Field(() => ID, { nullable: true, description: 'The one event it is about; all of the child, where it is null.' })
  aboutEvent?: string | null

  @Field(() => Boolean, { description: 'It was withdrawn, and stops nothing any more.' })
  isWithdrawn!: boolean

  @Field(() => String, { nullable: true, description: 'As its sender gave it; null of an event that is erased.' })
  reason?: string | null

  @Field(() => String, { nullable: true, description: 'Outcome of the detriment test.' })
  detriment?: string | null

  @Field(() => String, { nullable: true })
  detrimentReason?: string | null
}

@ObjectType('DecisionNotToShareConnection')
export class DecisionNotToShareConnection extends connectionOf(DecisionNotToShareType) {}
