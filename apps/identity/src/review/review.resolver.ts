import { Args, Context, Query, Resolver } from '@nestjs/graphql'
import { formatUci } from '#libs/identifiers'
import type { Caller } from '#libs/security'
import { addReceipt, CurrentCaller, keyIn, PageArgs, pageOf, type Connection, type GraphQLContext } from '#libs/service'
import { ListReviews } from './list-reviews.js'
import type { OpenReview } from './review.repository.js'
import { Review, ReviewConnection } from './review.type.js'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

@Resolver(() => Review)
export class ReviewResolver {
  constructor(private readonly listing: ListReviews) {}

  @Query(() => ReviewConnection, {
    nullable: true,
    description: 'Possible matches that wait for a person, oldest first. For data stewards.',
  })
  async reviews(
    @Args() { first, after }: PageArgs,
    @CurrentCaller() caller: Caller,
    @Context() context: GraphQLContext,
  ): Promise<Connection<Review>> {
    const from = after === undefined ? {} : { after: keyIn(after, uuid) }
    const { reviews, receipts } = await this.listing.list(caller, { first, ...from })
    for (const receipt of receipts) addReceipt(context, receipt)
    return pageOf(reviews.map(viewOf), first, ({ id }) => id)
  }
}

function viewOf({ id, kind, openedAt, children, explanation }: OpenReview): Review {
  return {
    ...{ id, openedAt, state: 'OPEN' },
    kind: kind === 'split' ? 'SPLIT' : 'POSSIBLE_MATCH',
    ucis: children.flatMap(({ uci }) => (uci === null ? [] : [formatUci(uci)])),
    ...(explanation.classes && { same: explanation.classes.same, sibling: explanation.classes.sibling }),
    why: explanation.why.map(({ comparison, level, m, s }) => ({ comparison, level, same: m, sibling: s })),
  }
}
