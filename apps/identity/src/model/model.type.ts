import { Field, Float, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql'
import { NamePart } from './name-part.type.js'

export const ModelState = { DRAFT: 'DRAFT', SHADOW: 'SHADOW', ACTIVE: 'ACTIVE', RETIRED: 'RETIRED' } as const
export type ModelState = (typeof ModelState)[keyof typeof ModelState]
registerEnumType(ModelState, {
  name: 'ModelState',
  description:
    'SHADOW: asked beside the active one, and told on. RETIRED: one proposal of two persons away from coming back.',
})

@ObjectType({ description: 'Decisions that a shadow would have made otherwise, of one kind.' })
export class ModelFlips {
  @Field(() => String, { description: 'What was decided: link, register or review.' })
  outcome!: string

  @Field(() => String, {
    description: 'What the shadow would have decided; the same word where it is about another child.',
  })
  shadowOutcome!: string

  @Field(() => String, { description: 'What the active model held likeliest: same, sibling or unrelated.' })
  likeliest!: string

  @Field(() => String, { description: 'The agency of the record.' })
  source!: string

  @Field(() => String, { description: 'The agency of the record it was compared with, or none.' })
  otherSource!: string

  @Field(() => String, { description: 'A guess by the form of the name, for counting.' })
  nameOrigin!: string

  @Field(() => Int)
  count!: number
}

@ObjectType({
  description: 'An address, a postcode, a phone or an e-mail address of a whole institution: it says nothing.',
})
export class GenericValue {
  @Field(() => String, { description: 'place, postcode, phone or email. The value itself is in no model.' })
  kind!: string

  @Field(() => Int, { description: 'How many surnames were written at it.' })
  surnames!: number
}

@ObjectType({
  description: 'How the probabilities of a model came out, by pairs that stewards decided twice, each blindly.',
})
export class ModelCalibration {
  @Field(() => String, { description: 'Two agencies, or all.' })
  sources!: string

  @Field(() => Int, { description: 'Answers it rests on.' })
  pairs!: number

  @Field(() => Float, { description: 'Expected calibration error of what levels alone come to, in ten bins.' })
  ece!: number

  @Field(() => Float, { description: 'Brier score of what levels alone come to.' })
  brier!: number

  @Field(() => Float, { description: 'The same of what is told: each pair by a map that was made without it.' })
  calibratedEce!: number

  @Field(() => Float)
  calibratedBrier!: number
}

@ObjectType({ description: 'Two names that a model takes for forms of one, besides those that every model does.' })
export class ModelNameVariant {
  @Field(() => NamePart)
  part!: NamePart

  @Field(() => [String], { description: 'Two, in their matching form.' })
  names!: string[]
}

@ObjectType({ description: 'A model by which records are matched.' })
export class Model {
  @Field(() => ID, { description: 'sha256 over its canonical JSON.' })
  hash!: string

  @Field(() => String)
  name!: string

  @Field(() => String, { description: 'Version of the normaliser it was made for.' })
  normaliser!: string

  @Field(() => ModelState)
  state!: ModelState

  @Field(() => Date)
  madeAt!: Date

  @Field(() => Date, { nullable: true })
  activatedAt?: Date

  @Field(() => Boolean, { description: 'One person proposes it; another must agree.' })
  isProposed!: boolean

  @Field(() => Int, { description: 'Decisions it was asked about as a shadow.' })
  shadowed!: number

  @Field(() => [GenericValue], {
    description: 'What it was taught to take for nothing, most surnames first; 200 at most.',
  })
  genericValues!: GenericValue[]

  @Field(() => [ModelNameVariant], {
    description: 'What stewards accepted before it was made, by the alphabet; 500 at most.',
  })
  nameVariants!: ModelNameVariant[]

  @Field(() => [ModelCalibration], {
    description: 'What its probabilities are worth, of all sources first; none while too little was decided blindly.',
  })
  calibrations!: ModelCalibration[]

  @Field(() => [ModelFlips], { description: 'Those it would have made otherwise, most frequent first.' })
  flips!: ModelFlips[]
}
