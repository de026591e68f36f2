import { Args, Context, Mutation, Resolver } from '@nestjs/graphql'
import type { Caller } from '#libs/security'
import { CurrentCaller, type GraphQLContext } from '#libs/service'
import { ProposeChange } from './propose-change.js'
import { MergeInput, OverrideInput, SplitInput } from './review.input.js'
import { Review } from './review.type.js'
import { told } from './review-view.js'

@Resolver(() => Review)
export class ProposalResolver {
  constructor(private readonly proposing: ProposeChange) {}

  @Mutation(() => Review, {
    nullable: true,
    description: 'Proposes that two children are one; another person must agree.',
  })
  async proposeMerge(
    @Args('input', { type: () => MergeInput }) input: MergeInput,
    @CurrentCaller() caller: Caller,
    @Context() context: GraphQLContext,
  ): Promise<Review> {
    return told(await this.proposing.merge(caller, input), context)
  }

  @Mutation(() => Review, { nullable: true, description: 'Proposes that one child is two; another person must agree.' })
  async proposeSplit(
    @Args('input', { type: () => SplitInput }) input: SplitInput,
    @CurrentCaller() caller: Caller,
    @Context() context: GraphQLContext,
  ): Promise<Review> {
    return told(await this.proposing.split(caller, input), context)
  }

  @Mutation(() => Review, {
    nullable: true,
    description: 'Proposes what shall hold whatever a model says; another person must agree.',
  })
  async proposeOverride(
    @Args('input', { type: () => OverrideInput }) input: OverrideInput,
    @CurrentCaller() caller: Caller,
    @Context() context: GraphQLContext,
  ): Promise<Review> {
    const { expiresAt, ...given } = input
    const kind = input.kind === 'MUST_LINK' ? 'must-link' : 'cannot-link'
    const ends = expiresAt === undefined ? {} : { expiresAt }
    return told(await this.proposing.override(caller, { ...given, kind, ...ends }), context)
  }
}
