import { Args, Context, Query, ResolveReference, Resolver } from '@nestjs/graphql'
import type { Caller } from '#libs/security'
import { addReceipt, CurrentCaller, type GraphQLContext } from '#libs/service'
import { ChildArgs, ChildByIdentifierArgs } from './child.args.js'
import { Child } from './child.type.js'
import { ReadChild, type ChildReading } from './read-child.js'

const sameNull = 'Null where the child is unknown, protected, or not yours: the three look alike.'

@Resolver(() => Child)
export class ChildResolver {
  constructor(private readonly children: ReadChild) {}

  @Query(() => Child, { nullable: true, description: `The child a UCI names. ${sameNull}` })
  async child(
    @Args() { uci }: ChildArgs,
    @CurrentCaller() caller: Caller,
    @Context() context: GraphQLContext,
  ): Promise<Child | null> {
    return told(await this.children.byUci(caller, uci), context)
  }

  @Query(() => Child, { nullable: true, description: `The child that holds an identifier. ${sameNull}` })
  async childByIdentifier(
    @Args() { system, value }: ChildByIdentifierArgs,
    @CurrentCaller() caller: Caller,
    @Context() context: GraphQLContext,
  ): Promise<Child | null> {
    return told(await this.children.byIdentifier(caller, { system, value }), context)
  }

  @ResolveReference()
  async resolveReference({ uci }: { uci: string }, context: GraphQLContext): Promise<Child | null> {
    return told(await this.children.byUci(context.caller, uci), context)
  }
}

function told({ child, receipt }: ChildReading, context: GraphQLContext): Child | null {
  addReceipt(context, receipt)
  return child ?? null
}
