import type { RoutedEvent } from '#libs/events'
import { formatUci } from '#libs/identifiers'
import type { Sql } from '#libs/postgres'
import { lockEvents } from '../ingest/row-locks.js'
import type { ArrivedEvent } from '../routing/route-events.js'
import type { IdentityChangeRepository } from './identity-change.repository.js'

/** Lets events that were on their way while their child was joined with another go where it went. */
export class JoinedChildren {
  constructor(private readonly changes: Pick<IdentityChangeRepository, 'joined' | 'move'>) {}

  /**
   * Lets the rows of events go where their child went.
   *
   * @param moved - their slots are locked
   * @param among - all events that the transaction will hold, in one order
   */
  async move(tx: Sql, moved: readonly RoutedEvent[], among: readonly string[]): Promise<void> {
    await lockEvents(tx, among)
    await this.changes.move(
      tx,
      moved.flatMap(({ eventId, child }) => (child ? [{ eventId, childId: child.childId }] : [])),
    )
  }

  /** The same events, in order, about the children that those they were sealed about are now. Changes no row. */
  async asTheyAre(tx: Sql, arrived: readonly ArrivedEvent[]): Promise<readonly ArrivedEvent[]> {
    const ids = [...new Set(arrived.flatMap(({ event }) => event.child?.childId ?? []))]
    const joined = await this.changes.joined(tx, ids)
    if (joined.size === 0) return arrived
    return arrived.map((one) => {
      const { child } = one.event
      const into = child && joined.get(child.childId)
      if (!child || !into) return one
      const { childId, uci, status } = into
      const stands = status === 'provisional' ? ('provisional' as const) : ('active' as const)
      const { identifiers } = child
      const now = { childId, status: stands, identifiers, ...(uci !== null && { uci: formatUci(uci) }) }
      return { ...one, event: { ...one.event, child: now } }
    })
  }
}
