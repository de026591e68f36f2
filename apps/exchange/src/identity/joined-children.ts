import { formatUci } from '#libs/identifiers'
import type { Sql } from '#libs/postgres'
import type { ArrivedEvent } from '../routing/route-events.js'
import type { IdentityChangeRepository } from './identity-change.repository.js'

/** Lets events that were on their way while their child was joined with another go where it went. */
export class JoinedChildren {
  constructor(private readonly changes: Pick<IdentityChangeRepository, 'joined' | 'lock' | 'move'>) {}

  /** The same events, in order; their rows here follow too. */
  async follow(tx: Sql, arrived: readonly ArrivedEvent[]): Promise<readonly ArrivedEvent[]> {
    const followed = await this.asTheyAre(tx, arrived)
    if (followed === arrived) return arrived
    const moved = followed.flatMap(({ event }, n) =>
      event.child && event.child.childId !== arrived[n]?.event.child?.childId
        ? [{ eventId: event.eventId, childId: event.child.childId }]
        : [],
    )
    await this.changes.lock(
      tx,
      [],
      moved.map(({ eventId }) => eventId),
    )
    await this.changes.move(tx, moved)
    return followed
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
