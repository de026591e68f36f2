import { Directive, Field, GraphQLISODateTime, ID, ObjectType, registerEnumType } from '@nestjs/graphql'
import { connectionOf } from '#libs/service'
import { RecordEventType } from '../routing/decision.type.js'

export const SharingOutcome = { PERMIT: 'PERMIT', DENY: 'DENY' } as const
export type SharingOutcome = (typeof SharingOutcome)[keyof typeof SharingOutcome]
registerEnumType(SharingOutcome, { name: 'SharingOutcome', description: 'What a person says to a sharing question.' })

@ObjectType('SharingQuestion', {
  description:
    'Whether a recipient may have an event, where a rule leaves that to a person of the agency that posted it.',
})
@Directive('@key(fields: "id", resolvable: false)')
export class SharingQuestionType {
  @Field(() => ID)
  id!: string

  @Field(() => RecordEventType)
  event!: RecordEventType

  @Field(() => String, { description: 'The agency that posted the event.' })
  sender!: string

  @Field(() => String, { nullable: true, description: 'Whose decision it is there; any person where it is null.' })
  role?: string | null

  @Field(() => String, {
    nullable: true,
    description: 'The agency it is about; null where the sender did not name it and may not know who is involved.',
  })
  recipient?: string | null

  @Field(() => String, { nullable: true, description: 'What kind of agency that is.' })
  recipientKind?: string | null

  @Field(() => String, { description: 'The rule that leaves it to a person.' })
  ruleId!: string

  @Field(() => [String], { description: 'Codes, such as `detriment-unclear`.' })
  reasons!: readonly string[]

  @Field(() => String, { nullable: true, description: 'Why sharing is proportionate, as the basis says.' })
  necessity?: string | null

  @Field(() => String, { nullable: true, description: 'Why no less would do, as the basis says.' })
  minimumData?: string | null

  @Field(() => GraphQLISODateTime)
  openedAt!: Date

  @Field(() => GraphQLISODateTime, { description: 'From then on the duty desk may decide too. Time never decides.' })
  dueAt!: Date

  @Field(() => Boolean)
  isOverdue!: boolean
}

@ObjectType('SharingQuestionConnection')
export class SharingQuestionConnection extends connectionOf(SharingQuestionType) {}

@ObjectType('SharingDecision', { description: 'What a person has decided about a sharing question.' })
export class SharingDecisionType {
  @Field(() => ID, { description: 'Of the decision, as `decisions` names it.' })
  id!: string

  @Field(() => RecordEventType)
  event!: RecordEventType

  @Field(() => SharingOutcome)
  outcome!: SharingOutcome

  @Field(() => [String], {
    description: 'The groups of fields that leave: core, s, r, l, p, n. The poster of the event is told `core` alone.',
  })
  fieldGroups!: readonly string[]

  @Field(() => GraphQLISODateTime)
  decidedAt!: Date
}
