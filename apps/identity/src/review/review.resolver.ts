import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql'
import { readUci } from '#libs/identifiers'
import type { Caller } from '#libs/security'
import { addReceipt, CurrentCaller, keyIn, Problem, type Connection, type GraphQLContext } from '#libs/service'
import { ClaimReview } from './claim-review.js'
import { DecideReview } from './decide-review.js'
import { MeasureAgreement } from './measure-agreement.js'
import { ReviewArgs, ReviewsArgs } from './review.args.js'
import { DecideReviewInput } from './review.input.js'
import { Review, ReviewConnection, StewardAgreement } from './review.type.js'
import type { Answer, ReviewState } from './review.js'
import { told, viewOf } from './review-view.js'
import { ShowReviews } from './show-reviews.js'

const cursorForm = /^-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)? [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const whom = 'For data stewards; of protected children, for the guardian desk.'

@Resolver(() => Review)
export class ReviewResolver {
  constructor(
    private readonly showing: ShowReviews,
    private readonly claiming: ClaimReview,
    private readonly deciding: DecideReview,
    private readonly measuring: MeasureAgreement,
  ) {}

  @Query(() => ReviewConnection, {
    nullable: true,
    description: `Questions of identity that wait for a person, the most informative first. ${whom}`,
  })
  async reviews(
    @Args() { first, after, state }: ReviewsArgs,
    @CurrentCaller() caller: Caller,
    @Context() context: GraphQLContext,
  ): Promise<Connection<Review>> {
    const from = after === undefined ? {} : { after: positionIn(after) }
    const wanted = state === undefined ? {} : { state: state.toLowerCase() as ReviewState }
    const { shown, hasMore, receipts } = await this.showing.list(caller, { first, ...from, ...wanted })
    for (const receipt of receipts) addReceipt(context, receipt)
    const edges = shown.map((one) => ({ cursor: cursorOf(one.review), node: viewOf(one) }))
    return { edges, pageInfo: { hasNextPage: hasMore, endCursor: edges.at(-1)?.cursor ?? null } }
  }

  @Query(() => [StewardAgreement], {
    nullable: true,
    description: `How well the answers of two persons agree. ${whom}`,
  })
  async reviewAgreement(
    @CurrentCaller() caller: Caller,
    @Context() context: GraphQLContext,
  ): Promise<StewardAgreement[]> {
    const { agreement, receipts } = await this.measuring.measure(caller)
    for (const receipt of receipts) addReceipt(context, receipt)
    return agreement.map(({ steward, pairs, kappa, trains }) => ({
      ...{ pairs, trains },
      ...(steward !== null && { steward }),
      ...(kappa !== null && { kappa }),
    }))
  }

  @Mutation(() => Review, { nullable: true, description: `Takes a review up for thirty minutes. ${whom}` })
  async claimReview(
    @Args() { id }: ReviewArgs,
    @CurrentCaller() caller: Caller,
    @Context() context: GraphQLContext,
  ): Promise<Review> {
    return told(await this.claiming.claim(caller, id), context)
  }

  @Mutation(() => Review, { nullable: true, description: 'Answers a review that you hold.' })
  async decideReview(
    @Args('input', { type: () => DecideReviewInput }) input: DecideReviewInput,
    @CurrentCaller() caller: Caller,
    @Context() context: GraphQLContext,
  ): Promise<Review> {
    const { id, reason, sameAs } = input
    const answer = input.answer.toLowerCase().replace('_', '-') as Answer
    const named = sameAs === undefined ? {} : { sameAs: uciIn(sameAs) }
    return told(await this.deciding.decide(caller, { id, answer, reason, ...named }), context)
  }
}

function cursorOf({ rank, id }: { readonly rank: number; readonly id: string }): string {
  return Buffer.from(`${rank} ${id}`).toString('base64url')
}

function positionIn(cursor: string): { readonly rank: number; readonly id: string } {
  const [rank = '', id = ''] = keyIn(cursor, cursorForm).split(' ')
  return { rank: Number(rank), id }
}

/** Ten symbols; whether it may be a reserved one is for the look-up to find out. */
function uciIn(text: string): string {
  const read = readUci(text, { allowReserved: true })
  if (read.ok) return read.uci
  throw new Problem('IDENTIFIER_INVALID', undefined, { errors: [{ pointer: '#/input/sameAs', code: read.code }] })
}
