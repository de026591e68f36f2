import { ArgsType, Field, ID } from '@nestjs/graphql'
import { IsUUID } from 'class-validator'

@ArgsType()
export class DecisionArgs {
  @Field(() => ID, { description: 'The id of a decision, as in a review or an answer.' })
  @IsUUID()
  id!: string
}

@ArgsType()
export class WhyNotArgs {
  @Field(() => ID, { description: 'The id of a record, as in a side of a review.' })
  @IsUUID()
  left!: string

  @Field(() => ID, { description: 'The id of another record.' })
  @IsUUID()
  right!: string
}
