import { Inject } from '@nestjs/common'
import { Args, Context, Query, Resolver } from '@nestjs/graphql'
import type { Caller } from '#libs/security'
import { addReceipt, CurrentCaller, requireActor, requirePurpose, type GraphQLContext } from '#libs/service'
import { DecisionType } from './decision.type.js'
import { DecisionsArgs } from './decisions.args.js'
import { ReadDecisions } from './read-decisions.js'

@Resolver(() => DecisionType)
export class DecisionResolver {
  constructor(@Inject(ReadDecisions) private readonly decisions: ReadDecisions) {}

  @Query(() => [DecisionType], {
    name: 'decisions',
    nullable: true,
    description:
      'Who was sent an event and who was not, and why: all of it to auditors and data protection officers, to its poster about those it named.',
  })
  async readDecisions(
    @Args() { eventId }: DecisionsArgs,
    @CurrentCaller() caller: Caller,
    @Context() context: GraphQLContext,
  ): Promise<readonly DecisionType[]> {
    requirePurpose(caller)
    requireActor(caller)
    const { event, decisions, receipt } = await this.decisions.read(caller, eventId)
    addReceipt(context, receipt)
    const { id, type, acceptedAt } = event
    return decisions.map((decision) => ({ ...decision, event: { id, type, acceptedAt } }))
  }
}
