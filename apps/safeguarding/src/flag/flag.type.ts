import { Field, GraphQLISODateTime, ID, ObjectType } from '@nestjs/graphql'
import { connectionOf } from '#libs/service'
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

  @Field(() => GraphQLISODateTime)
  from!: Date

  @Field(() => GraphQLISODateTime, { nullable: true, description: 'When it ends by itself, if nobody says so before.' })
  until?: Date | null

  @Field(() => [ContactDetails])
  contacts!: readonly ContactDetails[]
}

@ObjectType('FlagConnection')
export class FlagConnection extends connectionOf(FlagEntry) {}
