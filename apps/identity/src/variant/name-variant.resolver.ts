import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql'
import type { Caller } from '#libs/security'
import { addReceipt, CurrentCaller, keyIn, pageOf, type Connection, type GraphQLContext } from '#libs/service'
import { viewOf as modelViewOf } from '../model/model-view.js'
import { Model } from '../model/model.type.js'
import type { NamePart } from '../model/name-part.type.js'
import { DecideVariants, type ShownVariant, type VariantPosition } from './decide-variants.js'
import { NameVariantsArgs } from './name-variant.args.js'
import { DecideNameVariantInput, ProposeNameVariantInput } from './name-variant.input.js'
import { namedFirst, rankOf, type VariantState, type VariantVerdict } from './name-variant.js'
import {
  NameVariant,
  NameVariantConnection,
  type NameVariantDecision,
  type NameVariantOrigin,
  type NameVariantState,
} from './name-variant.type.js'

const cursorForm = /^[0-9]{1,10} [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const verdicts: Readonly<Record<NameVariantDecision, VariantVerdict>> = {
  ACCEPT: 'accepted',
  REFUSE: 'refused',
  WITHDRAW: 'withdrawn',
}

@Resolver(() => NameVariant)
export class NameVariantResolver {
  constructor(private readonly deciding: DecideVariants) {}

  @Query(() => NameVariantConnection, {
    nullable: true,
    description:
      'Names that may be forms of one: what stewards named first, then by how many children go by both. For data stewards.',
  })
  async nameVariants(
    @Args() { first, after, state }: NameVariantsArgs,
    @CurrentCaller() caller: Caller,
    @Context() context: GraphQLContext,
  ): Promise<Connection<NameVariant>> {
    const { shown, receipt } = await this.deciding.list(caller, {
      first,
      ...(after !== undefined && { after: positionIn(after) }),
      ...(state !== undefined && { state: state.toLowerCase() as VariantState }),
    })
    addReceipt(context, receipt)
    const page = pageOf(shown, first, ({ variant }) => `${rankOf(variant)} ${variant.id}`)
    return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: viewOf(node) })) }
  }

  @Mutation(() => NameVariant, {
    nullable: true,
    description: 'Puts two names on the table of forms of one; another steward accepts them.',
  })
  async proposeNameVariant(
    @Args('input', { type: () => ProposeNameVariantInput }) { part, names, reason }: ProposeNameVariantInput,
    @CurrentCaller() caller: Caller,
    @Context() context: GraphQLContext,
  ): Promise<NameVariant> {
    const [one = '', other = ''] = names
    const named = { part: part === 'GIVEN' ? 'given' : 'family', names: [one, other], reason } as const
    const { shown, receipt } = await this.deciding.propose(caller, named)
    addReceipt(context, receipt)
    return viewOf(shown)
  }

  @Mutation(() => NameVariant, {
    nullable: true,
    description:
      'Accepts or refuses two names that are proposed, or withdraws what was accepted. It is the next model that knows of it.',
  })
  async decideNameVariant(
    @Args('input', { type: () => DecideNameVariantInput }) { id, decision, reason }: DecideNameVariantInput,
    @CurrentCaller() caller: Caller,
    @Context() context: GraphQLContext,
  ): Promise<NameVariant> {
    const { shown, receipt } = await this.deciding.decide(caller, { id, verdict: verdicts[decision], reason })
    addReceipt(context, receipt)
    return viewOf(shown)
  }

  @Mutation(() => Boolean, {
    nullable: true,
    description:
      'Has the names of all children looked through for forms of one, as every day; what is found is proposed. False while that is under way.',
  })
  async mineNameVariants(@CurrentCaller() caller: Caller, @Context() context: GraphQLContext): Promise<boolean> {
    const { hasBegun, receipt } = await this.deciding.mine(caller)
    addReceipt(context, receipt)
    return hasBegun
  }

  @Mutation(() => Model, {
    nullable: true,
    description:
      'Makes a draft of the model that decides with the variants that are accepted now, without learning. The model that decides, where it has them all and no other.',
  })
  async takeUpNameVariants(@CurrentCaller() caller: Caller, @Context() context: GraphQLContext): Promise<Model> {
    const { model, receipt } = await this.deciding.takeUp(caller)
    addReceipt(context, receipt)
    return modelViewOf(model)
  }
}

function viewOf({ variant, isYours }: ShownVariant): NameVariant {
  const { id, part, pair, state, origin, children, lift, proposedAt, decidedAt } = variant
  return {
    ...{ id, proposedAt, isYours, names: [...pair], part: part.toUpperCase() as NamePart },
    ...{ state: state.toUpperCase() as NameVariantState, origin: origin.toUpperCase() as NameVariantOrigin },
    ...(children !== undefined && { children }),
    ...(lift !== undefined && { lift }),
    ...(decidedAt && { decidedAt }),
  }
}

function positionIn(cursor: string): VariantPosition {
  const [rank = '', id = ''] = keyIn(cursor, cursorForm).split(' ')
  return { rank: Math.min(Number(rank), namedFirst), id }
}
