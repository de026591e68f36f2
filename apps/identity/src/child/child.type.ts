import { Directive, Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql'
import { connectionOf } from '#libs/service'

export const ChildStatus = { ACTIVE: 'ACTIVE', PROVISIONAL: 'PROVISIONAL', WITHDRAWN: 'WITHDRAWN' } as const
export type ChildStatus = (typeof ChildStatus)[keyof typeof ChildStatus]
registerEnumType(ChildStatus, {
  name: 'ChildStatus',
  description: 'PROVISIONAL: a possible match with another child is being reviewed.',
})

@ObjectType({ description: 'A name the child is known by.' })
export class Name {
  @Field(() => String, { nullable: true })
  use?: string

  @Field(() => String, { nullable: true })
  given?: string

  @Field(() => String, { nullable: true })
  family?: string
}

@ObjectType({ description: 'An identifier of a child that your kind of agency may have.' })
export class Identifier {
  @Field(() => String)
  system!: string

  @Field(() => String)
  value!: string
}

@ObjectType({ description: 'A record of an agency that speaks of the child.' })
export class SourceRecord {
  @Field(() => ID)
  id!: string

  @Field(() => String, { description: 'The agency whose record it is.' })
  source!: string

  @Field(() => Date, { description: 'When its newest version was recorded there.' })
  recordedAt!: Date

  @Field(() => Date, { description: 'Since when it is linked to this child.' })
  linkedAt!: Date
}

@ObjectType({ description: 'What became of a child: it was joined with another, or turned out to be two.' })
export class Change {
  @Field(() => ID)
  id!: string

  @Field(() => String, { description: 'merged, superseded, split, mislinked or withdrawn.' })
  kind!: string

  @Field(() => String, { description: 'What the change made of this child: kept, joined, new, revived or closed.' })
  part!: string

  @Field(() => Date)
  at!: Date

  @Field(() => [ID], { description: 'The other children of the change.' })
  others!: string[]
}

@ObjectType()
export class ChangeConnection extends connectionOf(Change) {}

@ObjectType({ description: 'One child, known by one identifier.' })
@Directive('@key(fields: "uci")')
export class Child {
  @Field(() => ID, { description: 'The unique child identifier, as XXXX-XXXX-XX.' })
  uci!: string

  @Field(() => ChildStatus)
  status!: ChildStatus

  @Field(() => ID, { nullable: true, description: 'The identifier you asked by, where another has replaced it.' })
  requestedAs?: string

  @Field(() => Date, { nullable: true, description: 'When another child was separated from this one.' })
  splitSince?: Date

  @Field(() => [Name])
  names!: Name[]

  @Field(() => String, { nullable: true, description: 'ISO 8601 date.' })
  bornOn?: string

  @Field(() => [Identifier])
  identifiers!: Identifier[]

  @Field(() => [SourceRecord], { description: 'Its records: your own, and for data stewards everybody’s.' })
  records!: SourceRecord[]
}
