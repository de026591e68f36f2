import { ArgsType, Field, ID } from '@nestjs/graphql'
import { Length } from 'class-validator'

@ArgsType()
export class ChildArgs {
  @Field(() => ID, { description: 'The unique child identifier; case, blanks and hyphens are ignored.' })
  @Length(1, 40)
  uci!: string
}

@ArgsType()
export class ChildByIdentifierArgs {
  @Field(() => String, { description: 'An identifier system, such as https://fhir.nhs.uk/Id/nhs-number.' })
  @Length(1, 100)
  system!: string

  @Field(() => String, { description: 'As people write it; blanks are ignored.' })
  @Length(1, 40)
  value!: string
}
