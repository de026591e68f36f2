import { Directive, Field, GraphQLISODateTime, ID, Int, ObjectType } from '@nestjs/graphql'

@ObjectType('RecordEvent', { description: 'An accepted event, as far as it may be told outside its sealed copies.' })
@Directive('@key(fields: "id", resolvable: false)')
export class RecordEventType {
  @Field(() => ID)
  id!: string

  @Field(() => String, { description: 'Full type, `uk.waymark.…`.' })
  type!: string

  @Field(() => GraphQLISODateTime)
  acceptedAt!: Date
}

@ObjectType('Decision', { description: 'Whether one recipient may have one event, what of it, and under which rule.' })
@Directive('@key(fields: "id", resolvable: false)')
export class DecisionType {
  @Field(() => ID)
  id!: string

  @Field(() => RecordEventType)
  event!: RecordEventType

  @Field(() => String, { description: 'An agency.' })
  recipient!: string

  @Field(() => String, { description: 'PERMIT, DENY or REVIEW.' })
  outcome!: string

  @Field(() => [String], {
    description: 'The groups of fields permitted: core, s, r, l, p, n. The poster of the event is told `core` alone.',
  })
  fieldGroups!: readonly string[]

  @Field(() => String, {
    description:
      'The poster of the event is told a rule where it rests on what it said itself, or on agreements; else `permitted` or `default-deny`.',
  })
  ruleId!: string

  @Field(() => [String], {
    description:
      'Codes and clauses, such as `no-agreement`; to the poster of the event `not-entitled` where no more may be told.',
  })
  reasons!: readonly string[]

  @Field(() => ID, { description: 'The sharing basis; each event has its own, under its id.' })
  basisId!: string

  @Field(() => ID, { nullable: true })
  agreementId?: string | null

  @Field(() => Int, { nullable: true })
  agreementVersion?: number | null

  @Field(() => String, { description: 'Hash of the policy set that decided.' })
  policyVersion!: string

  @Field(() => String, { description: 'rule or person' })
  decidedBy!: string

  @Field(() => GraphQLISODateTime)
  decidedAt!: Date

  @Field(() => GraphQLISODateTime, { nullable: true, description: 'Decided again from then on.' })
  validUntil?: Date | null
}
