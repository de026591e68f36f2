import { Field, ID, InputType } from '@nestjs/graphql'
import { ArrayMaxSize, ArrayMinSize, IsIn, IsUUID, Length } from 'class-validator'
import { NamePart } from '../model/name-part.type.js'
import { NameVariantDecision } from './name-variant.type.js'

const why = 'Why, in words; kept with the answer. Of names, not of a child.'

@InputType({ description: 'Two names that are forms of one.' })
export class ProposeNameVariantInput {
  @Field(() => NamePart)
  @IsIn(Object.values(NamePart))
  part!: NamePart

  @Field(() => [String], { description: 'Two, each of one word, as people write them.' })
  @ArrayMinSize(2)
  @ArrayMaxSize(2)
  @Length(2, 60, { each: true })
  names!: string[]

  @Field(() => String, { description: why })
  @Length(1, 500)
  reason!: string
}

@InputType({ description: 'What becomes of two names.' })
export class DecideNameVariantInput {
  @Field(() => ID)
  @IsUUID()
  id!: string

  @Field(() => NameVariantDecision)
  @IsIn(Object.values(NameVariantDecision))
  decision!: NameVariantDecision

  @Field(() => String, { description: why })
  @Length(1, 500)
  reason!: string
}
