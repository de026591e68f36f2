import { Injectable } from '@nestjs/common'
import { Database, type Sql } from '#libs/postgres'
import { lockOrders } from '../ingest/row-locks.js'

/** An event of a child, sealed. */
export interface SealedEvent {
  readonly eventId: string
  readonly keyId: string
  readonly sealed: Buffer
  /** For an earlier one of its sender's. */
  readonly isWaiting: boolean
}

/** An event that still waits for an earlier one of its sender's, sealed as it was, and as it is to be. */
export interface SealedAnew {
  readonly eventId: string
  readonly was: Buffer
  readonly keyId: string
  readonly sealed: Buffer
}

/** What follows some changes of identity. */
export interface Following {
  readonly joined: readonly { readonly childId: string; readonly into: string }[]
  /** Children of which events wait in lines that speak of another now. */
  readonly inLines: readonly string[]
  /** Events that go to another child, or told of a wrong one. */
  readonly eventIds: readonly string[]
  /** Of what is said of it. */
  readonly streams: readonly string[]
}

/** Lets the rows of this program follow their child. */
@Injectable()
export class IdentityChangeRepository {
  constructor(private readonly database: Database) {}

  /** What agencies posted about a child, oldest first; the hub's own words stay where they are. */
  async eventsOf(childId: string): Promise<readonly SealedEvent[]> {
    const rows = await this.database.query<{
      event_id: string
      key_id: string
      sealed: Buffer
      is_waiting: boolean
    }>(
      `select e.event_id, b.key_id, b.sealed, e.state = 'held' as is_waiting from exchange.event e join exchange.event_body b using (event_id)
        where e.child = $1 and e.source <> 'waymark-hub' order by e.event_id`,
      [childId],
    )
    return rows.map(({ event_id, key_id, sealed, is_waiting }) => ({
      ...{ eventId: event_id, keyId: key_id, sealed, isWaiting: is_waiting },
    }))
  }

  /**
   * Locks all that follows some changes: lines of senders, slots, the orders of children, events, each as everybody locks them.
   * Nobody moves a line of these children until the end of the transaction.
   */
  async lock(tx: Sql, following: Following): Promise<void> {
    const { joined, inLines, eventIds, streams } = following
    await lockLines(tx, joined, inLines)
    const children = joined.map(({ childId }) => childId)
    const locked = (rows: string) => `select count(*) from (select from ${rows} for update) l`
    if (children.length + eventIds.length > 0)
      await tx.query(
        locked(
          'exchange.delivery where child = any($1::uuid[]) or about = any($2::uuid[]) order by recipient, sequence',
        ),
        [children, eventIds],
      )
    await lockOrders(tx, streams)
    if (children.length + eventIds.length > 0)
      await tx.query(
        locked('exchange.event where child = any($1::uuid[]) or event_id = any($2::uuid[]) order by event_id'),
        [children, eventIds],
      )
  }

  /** Events and deliveries of joined children are the kept child's from now on, and so is what their senders counted. */
  async join(tx: Sql, joined: readonly string[], into: string): Promise<void> {
    if (joined.length === 0) return
    await joinLines(tx, joined, into)
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
   * Lets events that nobody was told of yet, since they wait for an earlier one of their sender's, speak of the child they are
   * of now.
   *
   * @returns how many of them still wait
   */
  async sealAnew(tx: Sql, events: readonly SealedAnew[]): Promise<number> {
    if (events.length === 0) return 0
    const rows = await tx.query(
      `update exchange.event_body b set key_id = n.key_id, sealed = n.sealed
         from unnest($1::uuid[], $2::bytea[], $3::uuid[], $4::bytea[]) as n (event_id, was, key_id, sealed)
         join exchange.event e on e.event_id = n.event_id and e.state = 'held'
        where b.event_id = n.event_id and b.sealed = n.was returning b.event_id`,
      [
        events.map(({ eventId }) => eventId),
        events.map(({ was }) => was),
        events.map(({ keyId }) => keyId),
        events.map(({ sealed }) => sealed),
      ],
    )
    return rows.length
  }

  /**
   * Takes the basis from events that were told of as another child's: from this commit on nothing of them leaves. Their copies
   * are taken back where the change is routed. One that still waits was told of to nobody.
   */
  async mislink(tx: Sql, eventIds: readonly string[], by: string): Promise<void> {
    if (eventIds.length === 0) return
    await tx.query(
      `update exchange.event set basis_version = basis_version + 1, withdrawn_at = coalesce(withdrawn_at, now()),
              withdrawn_by = coalesce(withdrawn_by, $2::uuid), withdrawn_because = coalesce(withdrawn_because, 'corrected')
        where event_id = any($1::uuid[]) and state = 'accepted'`,
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

/** Locks lines, and those that others are going to be joined into, which may be new. */
async function lockLines(tx: Sql, joined: Following['joined'], inLines: readonly string[]): Promise<void> {
  if (joined.length + inLines.length === 0) return
  await tx.query(
    `with j as (select * from unnest($1::uuid[], $2::uuid[]) as j (child, into_child)),
     l as (
       select child, source, type from exchange.sender_line
        where child = any($1::uuid[]) or child = any($2::uuid[]) or child = any($3::uuid[])
        union select j.into_child, s.source, s.type from j join exchange.sender_line s on s.child = j.child)
     insert into exchange.sender_line as k (child, source, type)
     select child, source, type from l order by child, source, type
     on conflict (child, source, type) do update set passed = k.passed`,
    [joined.map(({ childId }) => childId), joined.map(({ into }) => into), inLines],
  )
}

/**
 * A sender that counted both goes on from the further of the two: whoever waits for less waits for nothing any more. What
 * comes of a joined child later begins anew.
 */
async function joinLines(tx: Sql, joined: readonly string[], into: string): Promise<void> {
  await tx.query(
    `with l as (
       select child, source, type, passed from exchange.sender_line where child = any($1::uuid[]) or child = $2)
     insert into exchange.sender_line as k (child, source, type, passed)
     select $2, source, type, max(passed) from l group by source, type having bool_or(child <> $2)
     on conflict (child, source, type) do update set passed = excluded.passed`,
    [joined, into],
  )
  await tx.query('update exchange.sender_line set passed = null where child = any($1::uuid[])', [joined])
}
