import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql'
import type { Caller } from '#libs/security'
import { addReceipt, CurrentCaller, type GraphQLContext } from '#libs/service'
import { ModelArgs } from './model.args.js'
import { Model } from './model.type.js'
import { viewOf } from './model-view.js'
import { ProposeModel } from './propose-model.js'

@Resolver(() => Model)
export class ModelResolver {
  constructor(private readonly proposing: ProposeModel) {}

  @Query(() => [Model], { nullable: true, description: 'The models on file, the newest first. For data stewards.' })
  async models(@CurrentCaller() caller: Caller, @Context() context: GraphQLContext): Promise<Model[]> {
    const { models, receipt } = await this.proposing.list(caller)
    addReceipt(context, receipt)
    return models.map(viewOf)
  }

  @Mutation(() => Boolean, {
    nullable: true,
    description: 'Has a model learned from what is on file; it will be a draft. False while one is being learned.',
  })
  async learnModel(@CurrentCaller() caller: Caller, @Context() context: GraphQLContext): Promise<boolean> {
    const { hasBegun, receipt } = await this.proposing.learn(caller)
    addReceipt(context, receipt)
    return hasBegun
  }

  @Mutation(() => Model, {
    nullable: true,
    description:
      'Takes a model one step further: a draft becomes the shadow; a shadow, or a retired model, decides once two persons have proposed it.',
  })
  async proposeModel(
    @Args() { hash }: ModelArgs,
    @CurrentCaller() caller: Caller,
    @Context() context: GraphQLContext,
  ): Promise<Model> {
    const { model, receipt } = await this.proposing.propose(caller, hash)
    addReceipt(context, receipt)
    return viewOf(model)
  }
}
