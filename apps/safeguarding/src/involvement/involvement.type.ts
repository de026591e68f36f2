import { Field, GraphQLISODateTime, ID, ObjectType } from '@nestjs/graphql'
import { connectionOf } from '#libs/service'
import { ContactDetails } from '../child/contact.type.js'

@ObjectType('Involvement', { description: 'An agency that works with the child: who, since when, whom to phone.' })
export class InvolvementEntry {
  @Field(() => ID)
  id!: string

  @Field(() => String)
  agency!: string

  @Field(() => String)
  agencyName!: string

  @Field(() => String)
  agencyKind!: string

  @Field(() => String, {
    description: 'registered, responsible, gp, health-visiting, unscheduled-care, placing or receiving.',
  })
  kind!: string

  @Field(() => String)
  role!: string

  @Field(() => ContactDetails)
  contact!: ContactDetails

  @Field(() => GraphQLISODateTime)
  since!: Date

  @Field(() => GraphQLISODateTime, { nullable: true })
  until?: Date | null
}

@ObjectType('InvolvementConnection')
export class InvolvementConnection extends connectionOf(InvolvementEntry) {}
