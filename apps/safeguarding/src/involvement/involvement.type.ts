import { Field, ID, ObjectType } from '@nestjs/graphql'
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

  @Field(() => String, { description: 'The day, YYYY-MM-DD.' })
  since!: string

  @Field(() => String, { nullable: true, description: 'The day from which on it is over.' })
  until?: string | null
}
