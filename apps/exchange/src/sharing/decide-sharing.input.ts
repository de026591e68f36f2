import { Field, ID, InputType } from '@nestjs/graphql'
import { IsIn, IsUUID, Length, Matches } from 'class-validator'
import { SharingOutcome } from './sharing.type.js'

@InputType({ description: 'What a person decides about a sharing question.' })
export class DecideSharingInput {
  @Field(() => ID)
  @IsUUID()
  id!: string

  @Field(() => SharingOutcome)
  @IsIn(Object.values(SharingOutcome))
  outcome!: SharingOutcome

  @Field(() => String, { description: 'Why, in words; kept with the decision.' })
  @Length(1, 500)
  @Matches(/\S/)
  reason!: string
}
