import { Field, ID, ObjectType } from '@nestjs/graphql'
import { ContactDetails } from '../child/contact.type.js'

@ObjectType('Flag', { description: 'What is true of a child now and must not be missed.' })
export class FlagEntry {
  @Field(() => ID)
  id!: string

  @Field(() => String, {
    description: 'PROTECTION_PLAN, LOOKED_AFTER, ENQUIRY, MISSING or TEMPORARY_ACCOMMODATION.',
  })
  kind!: string

  @Field(() => String, { description: 'The agency whose word it is.' })
  owner!: string

  @Field(() => String)
  ownerName!: string

  @Field(() => String, { description: 'The day, YYYY-MM-DD; of a missing child the instant.' })
  from!: string

  @Field(() => String, { nullable: true, description: 'The day on which it ends by itself, if nobody says so before.' })
  until?: string | null

  @Field(() => [ContactDetails])
  contacts!: readonly ContactDetails[]
}
