import { ArgsType, Field, ID } from '@nestjs/graphql'
import { IsIn, IsOptional, IsUUID } from 'class-validator'
import { PageArgs } from '#libs/service'
import { ReviewState } from './review.type.js'

@ArgsType()
export class ReviewsArgs extends PageArgs {
  @Field(() => ReviewState, { nullable: true, description: 'Left out: all that is not settled.' })
  @IsOptional()
  @IsIn(Object.values(ReviewState))
  state?: ReviewState
}

@ArgsType()
export class ReviewArgs {
  @Field(() => ID)
  @IsUUID()
  id!: string
}
