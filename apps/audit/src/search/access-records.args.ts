import { ArgsType, Field, GraphQLISODateTime } from '@nestjs/graphql'
import { IsDate, IsOptional, Length, Matches } from 'class-validator'
import { PageArgs } from '#libs/service'

@ArgsType()
export class AccessRecordsArgs extends PageArgs {
  @Field(() => String, { description: 'The child’s UCI, as people write it.' })
  @Length(1, 32)
  uci!: string

  @Field(() => String, { nullable: true, description: 'Only what this agency did.' })
  @IsOptional()
  @Matches(/^[a-z][A-Za-z0-9-]{2,39}$/)
  agency?: string

  @Field(() => String, { nullable: true, description: 'Only what was done for this purpose.' })
  @IsOptional()
  @Matches(/^[a-z][a-z-]{2,39}$/)
  purpose?: string

  @Field(() => GraphQLISODateTime, { nullable: true, description: 'From this instant on.' })
  @IsOptional()
  @IsDate()
  from?: Date

  @Field(() => GraphQLISODateTime, { nullable: true, description: 'Before this instant.' })
  @IsOptional()
  @IsDate()
  to?: Date
}
