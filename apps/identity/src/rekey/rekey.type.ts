import { Field, ID, Int, ObjectType } from '@nestjs/graphql'
import { connectionOf } from '#libs/service'

@ObjectType({
  description: 'How far those who hold children are with a change. It is finished when everybody has confirmed.',
})
export class RekeyProgress {
  @Field(() => ID)
  changeId!: string

  @Field(() => String, { description: 'merged, superseded, split or mislinked.' })
  kind!: string

  @Field(() => Date)
  madeAt!: Date

  @Field(() => Int)
  items!: number

  @Field(() => Int)
  confirmed!: number

  @Field(() => Int, { description: 'Not confirmed within five working days.' })
  overdue!: number

  @Field(() => Boolean)
  isFinished!: boolean

  @Field(() => [String], { description: 'The agencies that have not confirmed.' })
  waitingFor!: string[]
}

@ObjectType()
export class RekeyProgressConnection extends connectionOf(RekeyProgress) {}
