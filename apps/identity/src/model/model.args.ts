import { ArgsType, Field, ID } from '@nestjs/graphql'
import { Matches } from 'class-validator'

@ArgsType()
export class ModelArgs {
  @Field(() => ID, { description: 'sha256: and 64 hexadecimal digits.' })
  @Matches(/^sha256:[0-9a-f]{64}$/)
  hash!: string
}
