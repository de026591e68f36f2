import { ArgsType, Field, ID } from '@nestjs/graphql'
import { Length, Matches } from 'class-validator'

const idForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

@ArgsType()
export class AgreementArgs {
  @Field(() => ID)
  @Matches(idForm)
  id!: string
}

@ArgsType()
export class EndAgreementArgs {
  @Field(() => ID)
  @Matches(idForm)
  id!: string

  @Field(() => String, { description: 'Why it ends; kept with it.' })
  @Length(1, 500)
  reason!: string
}
