import { ArgsType, Field } from '@nestjs/graphql'
import { IsIn, IsOptional } from 'class-validator'
import { PageArgs } from '#libs/service'
import { NameVariantState } from './name-variant.type.js'

@ArgsType()
export class NameVariantsArgs extends PageArgs {
  @Field(() => NameVariantState, { nullable: true, description: 'Left out: all.' })
  @IsOptional()
  @IsIn(Object.values(NameVariantState))
  state?: NameVariantState
}
