import { Directive, Field, GraphQLISODateTime, ID, Int, ObjectType } from '@nestjs/graphql'

@ObjectType('Agreement', {
  description: 'A data-sharing agreement between the hub and one agency; its newest version.',
})
@Directive('@key(fields: "id", resolvable: false)')
export class AgreementType {
  @Field(() => ID)
  id!: string

  @Field(() => Int)
  version!: number

  @Field(() => String, { description: 'The agency it is with.' })
  agency!: string

  @Field(() => String)
  title!: string

  @Field(() => [String], { description: 'The purposes under which the agency may ask and post.' })
  purposes!: readonly string[]

  @Field(() => [String], { description: 'Short event types the agency may post; `school.*` and `*` are patterns.' })
  publishes!: readonly string[]

  @Field(() => [String], { description: 'Short event types the agency may be sent.' })
  receives!: readonly string[]

  @Field(() => [String], { description: 'Registered GraphQL operations.' })
  operations!: readonly string[]

  @Field(() => GraphQLISODateTime)
  validFrom!: Date

  @Field(() => GraphQLISODateTime, { nullable: true })
  validUntil?: Date | null

  @Field(() => GraphQLISODateTime, { nullable: true, description: 'Nothing rests on it from here on.' })
  endedAt?: Date | null
}
