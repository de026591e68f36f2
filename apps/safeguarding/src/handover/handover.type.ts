import { Field, GraphQLISODateTime, ID, Int, ObjectType } from '@nestjs/graphql'
import { connectionOf } from '#libs/service'
import { Child } from '../child/child.type.js'
import { ContactDetails } from '../child/contact.type.js'

@ObjectType('Handover', { description: 'A child left somebody’s care; somebody else has yet to say that it arrived.' })
export class Handover {
  @Field(() => ID)
  id!: string

  @Field(() => Child, { nullable: true, description: 'Null while too little is known of the child to give it a UCI.' })
  child!: Child | null

  @Field(() => String, {
    description: 'school, protection-file, area, placement, gp or temporary-accommodation.',
  })
  kind!: string

  @Field(() => String, {
    description: 'open, overdue, confirmed, declined, closed-by-custodian, or retracted: the child never left.',
  })
  state!: string

  @Field(() => Int, {
    description: '0 not due yet; 1 both contacts; 2 both duty desks; 3 directors and safeguarding partners.',
  })
  level!: number

  @Field(() => String, { description: 'The agency that the child left.' })
  openedBy!: string

  @Field(() => String, { description: 'The day the child left, YYYY-MM-DD.' })
  openedOn!: string

  @Field(() => String, { nullable: true, description: 'The agency that has to confirm, if one is known.' })
  expectedReceiver?: string | null

  @Field(() => String, { nullable: true, description: 'The child’s council.' })
  council?: string | null

  @Field(() => GraphQLISODateTime)
  dueAt!: Date

  @Field(() => GraphQLISODateTime, { nullable: true })
  closedAt?: Date | null

  @Field(() => ContactDetails, { description: 'Whom to phone at the agency that the child left.' })
  contact!: ContactDetails
}

@ObjectType('HandoverConnection')
export class HandoverConnection extends connectionOf(Handover) {}
