import { Inject } from '@nestjs/common'
import { Args, Context, Query, Resolver } from '@nestjs/graphql'
import type { Caller } from '#libs/security'
import {
  addReceipt,
  CurrentCaller,
  keyIn,
  PageArgs,
  pageOf,
  requireActor,
  requirePurpose,
  type Connection,
  type GraphQLContext,
} from '#libs/service'
import type { ListedSlot } from './delivery-list.repository.js'
import { DeliveryConnection, DeliveryType } from './delivery.type.js'
import { ListDeliveries } from './list-deliveries.js'
import { shownSequence } from './feed-page.js'

@Resolver(() => DeliveryType)
export class DeliveryResolver {
  constructor(@Inject(ListDeliveries) private readonly lists: ListDeliveries) {}

  @Query(() => DeliveryConnection, { nullable: true, description: 'The slots of your feed, newest first.' })
  async deliveries(
    @Args() { first, after }: PageArgs,
    @CurrentCaller() caller: Caller,
    @Context() context: GraphQLContext,
  ): Promise<Connection<DeliveryType>> {
    requirePurpose(caller)
    requireActor(caller)
    const before = after === undefined ? undefined : keyIn(after, /^\d{1,19}$/)
    const { slots, receipt } = await this.lists.list(caller, first + 1, before)
    addReceipt(context, receipt)
    return pageOf(slots.map(shown), first, ({ sequence }) => String(Number(sequence)))
  }
}

function shown(slot: ListedSlot): DeliveryType {
  const { event, withdraws } = slot
  return {
    ...slot,
    sequence: shownSequence(slot.sequence),
    withdraws: withdraws === null ? null : shownSequence(withdraws),
    event: event && { ...event, acceptedAt: new Date(event.acceptedAt) },
  }
}
