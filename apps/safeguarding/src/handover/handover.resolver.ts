import { Args, Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql'
import { addReceipt, keyIn, PageArgs, pageOf, type Connection, type GraphQLContext } from '#libs/service'
import { Child } from '../child/child.type.js'
import { OpenQuestions } from '../child/open-questions.js'
import { pageOfAll } from '../child/page-of-all.js'
import { HandoverConnection, Handover } from './handover.type.js'
import { HandoversArgs } from './handovers.args.js'
import { ListHandovers } from './list-handovers.js'
import { entryOf, ReadHandovers } from './read-handovers.js'

@Resolver(() => Child)
export class HandoverResolver {
  constructor(
    private readonly questions: OpenQuestions,
    private readonly readHandovers: ReadHandovers,
    private readonly listHandovers: ListHandovers,
  ) {}

  @ResolveField(() => HandoverConnection, {
    nullable: true,
    description:
      'The child’s handovers that concern the caller. Null with an error where they are not known, or not for this caller.',
  })
  async handovers(
    @Parent() child: Child,
    @Args() page: PageArgs,
    @Context() context: GraphQLContext,
  ): Promise<Connection<Handover>> {
    const { rows, receipt, problem } = await this.readHandovers.of(await this.questions.of(context, child.uci))
    addReceipt(context, receipt)
    if (problem) throw problem
    return pageOfAll(rows, page)
  }

  @Query(() => HandoverConnection, {
    name: 'handovers',
    nullable: true,
    description: 'Handovers that the caller’s agency opened, is to receive, or looks after as the child’s council.',
  })
  async ownHandovers(@Args() args: HandoversArgs, @Context() context: GraphQLContext): Promise<Connection<Handover>> {
    const { first, after, state } = args
    const { handovers, receipts } = await this.listHandovers.list(context.caller, {
      first,
      after: after === undefined ? undefined : keyIn(after, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      ...(state && { state }),
    })
    for (const receipt of receipts) addReceipt(context, receipt)
    return pageOf(handovers.map(entryOf), first, ({ id }) => id)
  }
}
