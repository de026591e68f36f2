import { Directive, Field, ID, ObjectType } from '@nestjs/graphql'

/** The child of the subgraph of identity, to which this one adds what is true now. */
@ObjectType('Child')
@Directive('@key(fields: "uci")')
export class Child {
  @Field(() => ID, { description: 'The unique child identifier, as people read it: XXXX-XXXX-XX.' })
  uci!: string
}
