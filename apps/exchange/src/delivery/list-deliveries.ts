import { addToOutbox, type Database } from '#libs/postgres'
import type { AccessRecorder, AccessReceipt, Caller } from '#libs/security'
import { Problem } from '#libs/service'
import type { DeliveryListRepository, ListedSlot } from './delivery-list.repository.js'
import { ownLine } from './line.js'

/** Lists the slots of the caller's own feed: numbers, times and reasons, no child and no content. */
export class ListDeliveries {
  constructor(
    private readonly parts: {
      database: Database
      list: DeliveryListRepository
      recorder: AccessRecorder
      onCommitted: () => void
    },
  ) {}

  async list(
    caller: Caller,
    limit: number,
    before?: string,
  ): Promise<{ slots: readonly ListedSlot[]; receipt: AccessReceipt }> {
    if (!caller.actions.includes('receive'))
      throw new Problem('NOT_PERMITTED', 'The token does not list the action receive')
    const slots = await this.parts.list.before(ownLine(caller), before, limit)
    const { message, receipt } = await this.parts.recorder.record({
      kind: 'read',
      caller,
      action: 'listDeliveries',
      outcome: 'answered',
      truth: { count: slots.length },
    })
    await addToOutbox(this.parts.database, 'exchange', [message])
    this.parts.onCommitted()
    return { slots, receipt }
  }
}
