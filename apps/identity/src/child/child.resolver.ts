import { Args, Context, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql'
import { formatUci } from '#libs/identifiers'
import type { Caller } from '#libs/security'
import { addReceipt, CurrentCaller, keyIn, PageArgs, pageOf, type Connection, type GraphQLContext } from '#libs/service'
import { ChildArgs, ChildByIdentifierArgs } from './child.args.js'
import { Change, ChangeConnection, Child } from './child.type.js'
import type { ChildView } from './child-view.js'
import { HistoryRepository } from './history.repository.js'
import { ReadChild, type ChildReading } from './read-child.js'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const sameNull = 'Null where the child is unknown, protected, or not yours: the three look alike.'

@Resolver(() => Child)
export class ChildResolver {
  constructor(
    private readonly children: ReadChild,
    private readonly histories: HistoryRepository,
  ) {}

  @ResolveField(() => ChangeConnection, { description: 'What became of it, newest first.' })
  async history(@Parent() { childId }: ChildView, @Args() { first, after }: PageArgs): Promise<Connection<Change>> {
    const from = after === undefined ? {} : { after: keyIn(after, uuid) }
    const changes = await this.histories.ofChild(childId, { limit: first + 1, ...from })
    const shown = changes.map((change) => ({ ...change, others: change.others.map((uci) => formatUci(uci)) }))
    return pageOf(shown, first, ({ id }) => id)
  }

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
