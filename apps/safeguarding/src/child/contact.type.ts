import { Field, ObjectType } from '@nestjs/graphql'

@ObjectType('Contact', { description: 'Whom to phone.' })
export class ContactDetails {
  @Field(() => String)
  role!: string

  @Field(() => String, { nullable: true })
  name?: string

  @Field(() => String)
  phone!: string

  @Field(() => String, { nullable: true, description: 'At night, at weekends and on holidays.' })
  outOfHoursPhone?: string
}
