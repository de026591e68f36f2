import { Injectable } from '@nestjs/common'
import { Database, type Sql } from '#libs/postgres'

/** An event of a child, sealed. */
export interface SealedEvent {
  readonly eventId: string
  readonly keyId: string
  readonly sealed: Buffer
}

/** Lets the rows of this program follow their child. */
@Injectable()
export class IdentityChangeRepository {
  constructor(private readonly database: Database) {}

  /** What agencies posted about a child, oldest first; the hub's own words stay where they are. */
  async eventsOf(childId: string): Promise<readonly SealedEvent[]> {
    const rows = await this.database.query<{ event_id: string; key_id: string; sealed: Buffer }>(
      `select e.event_id, b.key_id, b.sealed from exchange.event e join exchange.event_body b using (event_id)
        where e.child = $1 and e.source <> 'waymark-hub' order by e.event_id`,
      [childId],
    )
    return rows.map(({ event_id, key_id, sealed }) => ({ eventId: event_id, keyId: key_id, sealed }))
  }

  /** Events and deliveries of joined children are the kept child's from now on. */
  async join(tx: Sql, joined: readonly string[], into: string): Promise<void> {
    if (joined.length === 0) return
    await tx.query('update exchange.event set child = $2 where child = any($1::uuid[])', [joined, into])
    await tx.query('update exchange.delivery set child = $2 where child = any($1::uuid[])', [joined, into])
  }

  /** Single events, and what was sent of them, are another child's. */
  async move(tx: Sql, moved: readonly { readonly eventId: string; readonly childId: string }[]): Promise<void> {
    if (moved.length === 0) return
    const columns = [moved.map(({ eventId }) => eventId), moved.map(({ childId }) => childId)]
    await tx.query(
      `update exchange.event e set child = m.child from unnest($1::uuid[], $2::uuid[]) as m (event_id, child)
        where e.event_id = m.event_id`,
      columns,
    )
    await tx.query(
      `update exchange.delivery d set child = m.child from unnest($1::uuid[], $2::uuid[]) as m (event_id, child)
        where d.about = m.event_id`,
      columns,
    )
  }

  /**
   * Takes the basis from events that were told of as another child's: from this commit on nothing of them leaves. Their copies
   * are taken back where the change is routed.
   */
  async mislink(tx: Sql, eventIds: readonly string[], by: string): Promise<void> {
    if (eventIds.length === 0) return
    await tx.query(
      `update exchange.event set basis_version = basis_version + 1, withdrawn_at = coalesce(withdrawn_at, now()),
              withdrawn_by = coalesce(withdrawn_by, $2::uuid), withdrawn_because = coalesce(withdrawn_because, 'corrected')
        where event_id = any($1::uuid[])`,
      [eventIds, by],
    )
  }

  /** Where joined children are now; events of theirs may still be on their way. */
  async joined(
    sql: Sql,
    childIds: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly childId: string; readonly uci: string | null; readonly status: string }>> {
    if (childIds.length === 0) return new Map()
    const rows = await sql.query<{ child_id: string; into_child_id: string; uci: string | null; status: string }>(
      'select child_id, into_child_id, uci, status from identity.joined_children($1::uuid[])',
      [childIds],
    )
    return new Map(rows.map((row) => [row.child_id, { childId: row.into_child_id, uci: row.uci, status: row.status }]))
  }
}
