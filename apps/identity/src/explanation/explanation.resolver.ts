import { Args, Context, Query, Resolver } from '@nestjs/graphql'
import type { Caller } from '#libs/security'
import { addReceipt, CurrentCaller, type GraphQLContext } from '#libs/service'
import { ExplainDecision } from './explain-decision.js'
import { viewOf } from './explanation-view.js'
import { DecisionArgs, WhyNotArgs } from './explanation.args.js'
import { Explanation } from './explanation.type.js'

const whom = 'For data stewards; of protected children, for the guardian desk.'

@Resolver(() => Explanation)
export class ExplanationResolver {
  constructor(private readonly explaining: ExplainDecision) {}

  @Query(() => Explanation, {
    name: 'decision',
    nullable: true,
    description: `Why a record was linked, registered or sent to a person. ${whom}`,
  })
  async decision(
    @Args() { id }: DecisionArgs,
    @CurrentCaller() caller: Caller,
    @Context() context: GraphQLContext,
  ): Promise<Explanation | null> {
    const { stored, receipts } = await this.explaining.decision(caller, id)
    for (const receipt of receipts) addReceipt(context, receipt)
    return stored ? viewOf(stored.explanation, stored) : null
  }

  @Query(() => Explanation, {
    nullable: true,
    description: `Why two records are not one child, or are, by the model that decides now. ${whom}`,
  })
  async whyNot(
    @Args() { left, right }: WhyNotArgs,
    @CurrentCaller() caller: Caller,
    @Context() context: GraphQLContext,
  ): Promise<Explanation | null> {
    const { explanation, receipts } = await this.explaining.whyNot(caller, left, right)
    for (const receipt of receipts) addReceipt(context, receipt)
    return explanation ? viewOf(explanation) : null
  }
}
