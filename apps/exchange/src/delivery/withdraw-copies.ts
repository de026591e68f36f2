import type { RoutedEvent } from '#libs/events'
import { newId, type Sql } from '#libs/postgres'
import type { Withdrawal } from '../ingest/event-rows.js'
import { withdrawalBy, referredBy } from '../ingest/find-reference.js'
import { acknowledgeBy } from './acknowledge-by.js'
import type { DeliveryRepository } from './delivery.repository.js'
import type { NewSlot } from './new-slot.js'

/**
 * Takes copies back when their sender withdraws a basis or corrects an event, or when they turn out to name another child:
 * what has not left becomes a tombstone in its slot, and whoever has a copy already is told by a new numbered slot that names
 * the old one, and must answer it.
 */
export class WithdrawCopies {
  constructor(private readonly deliveries: Pick<DeliveryRepository, 'lockCopies' | 'takeBack'>) {}

  /**
   * Locks the copies that some events take back, and those of some others, in the order in which a feed locks its slots.
   *
   * @returns the events whose copies are taken back
   */
  async lock(tx: Sql, events: readonly RoutedEvent[], others: readonly RoutedEvent[]): Promise<readonly string[]> {
    const withdrawn = events.flatMap(withdrawalsBy).map(({ eventId }) => eventId)
    await this.deliveries.lockCopies(tx, [...withdrawn, ...others.map(({ eventId }) => eventId)])
    return withdrawn
  }

  /** @returns the slots, which are locked, that tell of copies already sent, to be numbered before anything else of these events */
  async takeBack(tx: Sql, events: readonly RoutedEvent[], hubNowMs: number): Promise<readonly NewSlot[]> {
    const slots: NewSlot[] = []
    const withdrawing = events.map((routed) => ({ routed, withdrawals: withdrawalsBy(routed) }))
    for (const { routed, withdrawals } of withdrawing) {
      const ackDueAt = acknowledgeBy(routed.event.data.urgency, hubNowMs)
      for (const { eventId: about, because } of withdrawals) {
        const sent = await this.deliveries.takeBack(tx, about, because)
        slots.push(
          ...sent.map(({ recipient, sequence, decisionId, childId }): NewSlot => ({
            ...{ recipient, eventId: newId(), about, decisionId, ackDueAt },
            content: { reason: because, withdraws: sequence },
            ...(childId !== undefined && { childId }),
          })),
        )
      }
    }
    return slots
  }
}

function withdrawalsBy({ event, follows }: RoutedEvent): readonly Pick<Withdrawal, 'eventId' | 'because'>[] {
  const about = referredBy(event)
  const own = about === undefined ? undefined : withdrawalBy(event, about)
  const mislinked = (follows?.mislinked ?? []).map((eventId) => ({ eventId, because: 'corrected' as const }))
  return own ? [own, ...mislinked] : mislinked
}
