import { ArgsType, Field } from '@nestjs/graphql'
import { IsIn, IsOptional } from 'class-validator'
import { PageArgs } from '#libs/service'
import { handoverMoves, type HandoverState } from './handover.js'

@ArgsType()
export class HandoversArgs extends PageArgs {
  @Field(() => String, {
    nullable: true,
    description: 'Only those in this state; those that wait (open, overdue) when absent.',
  })
  @IsOptional()
  @IsIn(Object.keys(handoverMoves))
  state?: HandoverState
}
