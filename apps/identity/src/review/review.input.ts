import { Field, ID, InputType } from '@nestjs/graphql'
import { Type } from 'class-transformer'
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsIn,
  IsISO8601,
  IsOptional,
  IsUUID,
  Length,
  Matches,
  ValidateNested,
} from 'class-validator'
import { OverrideKind, ReviewAnswer } from './review.type.js'

const why = 'Why, in words; kept with the answer.'

@InputType({ description: 'The answer of the person who holds a review.' })
export class DecideReviewInput {
  @Field(() => ID)
  @IsUUID()
  id!: string

  @Field(() => ReviewAnswer)
  @IsIn(Object.values(ReviewAnswer))
  answer!: ReviewAnswer

  @Field(() => String, { description: why })
  @Length(1, 500)
  reason!: string

  @Field(() => ID, { nullable: true, description: 'The child it is the same as, where there are several.' })
  @IsOptional()
  @Length(1, 40)
  sameAs?: string
}

@InputType({ description: 'Two children that are one.' })
export class MergeInput {
  @Field(() => ID)
  @Length(1, 40)
  left!: string

  @Field(() => ID)
  @Length(1, 40)
  right!: string

  @Field(() => String, { description: why })
  @Length(1, 500)
  reason!: string
}

@InputType({ description: 'Two records of one child that are of two.' })
export class ApartInput {
  @Field(() => ID)
  @IsUUID()
  left!: string

  @Field(() => ID)
  @IsUUID()
  right!: string
}

@InputType({ description: 'One child that is two: its records are divided without the links that are wrong.' })
export class SplitInput {
  @Field(() => ID)
  @Length(1, 40)
  uci!: string

  @Field(() => [ApartInput])
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => ApartInput)
  apart!: ApartInput[]

  @Field(() => String, { description: why })
  @Length(1, 500)
  reason!: string
}

@InputType({ description: 'What holds of two records whatever a model says.' })
export class OverrideInput {
  @Field(() => OverrideKind)
  @IsIn(Object.values(OverrideKind))
  kind!: OverrideKind

  @Field(() => ID, { description: 'A record, as a review shows it.' })
  @IsUUID()
  left!: string

  @Field(() => ID, { description: 'Another record.' })
  @IsUUID()
  right!: string

  @Field(() => String, { defaultValue: 'all', description: 'all, system:<identifier system> or agency:<id>.' })
  @Matches(/^(all|system:[\x21-\x7e]{1,100}|agency:[a-z][A-Za-z0-9-]{2,39})$/)
  scope = 'all'

  @Field(() => String, { nullable: true, description: 'When it ends; never, if left out. ISO 8601.' })
  @IsOptional()
  @IsISO8601({ strict: true })
  @Matches(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-](0\d|1[0-5]):[0-5]\d))?$/)
  expiresAt?: string

  @Field(() => String, { description: why })
  @Length(1, 500)
  reason!: string
}
