import { Field, ID, Int, ObjectType } from '@nestjs/graphql'

@ObjectType({ description: 'One comparison, in milli-bits; levels and frequencies, never values.' })
export class ExplainedEvidence {
  @Field(() => String)
  comparison!: string

  @Field(() => String)
  level!: string

  @Field(() => Int, { description: 'For the same child, against unrelated ones.' })
  m!: number

  @Field(() => Int, { description: 'For a sibling or household, against unrelated ones.' })
  s!: number

  @Field(() => Int, { description: 'The part of m that frequencies made.' })
  tf!: number
}

@ObjectType({ description: 'Chances of the likeliest child, in thousandths.' })
export class ExplainedClasses {
  @Field(() => Int)
  same!: number

  @Field(() => Int)
  sibling!: number

  @Field(() => Int)
  unrelated!: number
}

@ObjectType({ description: 'What kept a record from being linked: a gate and how far it was, or a veto.' })
export class ExplainedGate {
  @Field(() => String, {
    nullable: true,
    description:
      'uncertain, close-second, few-groups, poor-average, veto or register-below; unread: what is stored of somebody whom it may be does not open, so that a person has to look.',
  })
  gate?: string

  @Field(() => Int, { nullable: true })
  neededTenThousandths?: number

  @Field(() => Int, { nullable: true })
  hadTenThousandths?: number

  @Field(() => String, { nullable: true, description: 'V1 to V8.' })
  veto?: string
}

@ObjectType({ description: 'How a record came to the child.' })
export class ExplainedStep {
  @Field(() => Date)
  at!: Date

  @Field(() => String, { description: 'linked, or unlinked since.' })
  change!: string

  @Field(() => ID)
  record!: string

  @Field(() => ID)
  decision!: string
}

@ObjectType({ description: 'Why records were joined or kept apart, bound to the model that decided.' })
export class Explanation {
  @Field(() => ID, { nullable: true, description: 'Absent where two records are compared now.' })
  decisionId?: string

  @Field(() => String)
  modelHash!: string

  @Field(() => String)
  normaliser!: string

  @Field(() => String, { description: 'link, register or review.' })
  outcome!: string

  @Field(() => [String], { description: 'The record, and the profiles it was compared with, by id.' })
  inputs!: string[]

  @Field(() => String, {
    nullable: true,
    description:
      'The agency by whose own weights the record was weighed; absent where it was weighed as those of all are.',
  })
  source?: string

  @Field(() => ExplainedClasses, { nullable: true, description: 'Absent where there was nobody to compare with.' })
  classes?: ExplainedClasses

  @Field(() => String, {
    nullable: true,
    description: 'The map by which classes are calibrated: all, or two agencies; absent where levels alone made them.',
  })
  calibratedBy?: string

  @Field(() => [ExplainedEvidence])
  why!: ExplainedEvidence[]

  @Field(() => [ExplainedGate])
  whyNot!: ExplainedGate[]

  @Field(() => Int, { nullable: true, description: 'Milli-bits by which the likeliest child leads.' })
  advantageMillibits?: number

  @Field(() => [ExplainedStep])
  how!: ExplainedStep[]

  @Field(() => String, {
    nullable: true,
    description: 'Detached JWS over what was decided, on what, and by which model.',
  })
  signature?: string
}
