import { Inject } from '@nestjs/common'
import { Args, Context, Query, Resolver } from '@nestjs/graphql'
import type { Caller } from '#libs/security'
import { addReceipt, CurrentCaller, keyIn, PageArgs, pageOf, type Connection, type GraphQLContext } from '#libs/service'
import { ListNotShared, type ShownNotShared } from './list-not-shared.js'
import { DecisionNotToShareConnection, DecisionNotToShareType } from './not-shared.type.js'

const cursorForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

@Resolver(() => DecisionNotToShareType)
export class NotSharedResolver {
  constructor(@Inject(ListNotShared) private readonly lists: ListNotShared) {}

  @Query(() => DecisionNotToShareConnection, {
    nullable: true,
    description:
      'Decisions not to share, and objections, the newest first: everybody’s to auditors and data protection officers, to a sender its own.',
  })
  async decisionsNotToShare(
    @Args() { first, after }: PageArgs,
    @CurrentCaller() caller: Caller,
    @Context() context: GraphQLContext,
  ): Promise<Connection<DecisionNotToShareType>> {
    const from = after === undefined ? {} : { before: keyIn(after, cursorForm) }
    const { shown, receipts } = await this.lists.list(caller, { limit: first + 1, ...from })
    for (const receipt of receipts) addReceipt(context, receipt)
    return pageOf(shown.map(viewOf), first, ({ id }) => id)
  }
}

function viewOf({ found, reason, detriment }: ShownNotShared): DecisionNotToShareType {
  const { event, sender, restraint, isWithdrawn } = found
  return {
    ...{ id: event.id, event, sender, kind: restraint.kind, isWithdrawn },
    ...{ agencies: restraint.agencies ?? null, aboutEvent: restraint.eventId ?? null, reason: reason ?? null },
    ...{ detriment: detriment?.outcome ?? null, detrimentReason: detriment?.reason ?? null },
  }
}
