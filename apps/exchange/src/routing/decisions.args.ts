import { ArgsType, Field, ID } from '@nestjs/graphql'
import { IsUUID } from 'class-validator'

@ArgsType()
export class DecisionsArgs {
  @Field(() => ID, { description: 'The eventId of the receipt.' })
  @IsUUID()
  eventId!: string
}
