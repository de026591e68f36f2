import type { Sql } from '#libs/postgres'

/** Events that a restraint is about: those of its sender about its child, or one of them. */
export interface Restrained {
  readonly child: string
  readonly source: string
  readonly eventId?: string | undefined
}

/** Locks the orders of some children, and makes those that are new: before any event of theirs is changed. */
export async function lockOrders(tx: Sql, streams: readonly string[]): Promise<void> {
  if (streams.length === 0) return
  await tx.query(
    `insert into exchange.child_stream as c (stream, last_seq)
     select stream, 0 from (select distinct unnest($1::uuid[]) as stream) s order by stream
     on conflict (stream) do update set last_seq = c.last_seq`,
    [streams],
  )
}

/** Locks all events that a transaction is going to change, those behind them and those restrained, in one order: by id. */
export async function lockEvents(
  tx: Sql,
  eventIds: readonly string[],
  restrained: readonly Restrained[] = [],
): Promise<void> {
  if (eventIds.length + restrained.length === 0) return
  await tx.query(
    `with n as (
       select unnest($1::uuid[]) as event_id
        union select event_id from exchange.event where behind = any($1::uuid[])
        union select e.event_id from unnest($2::uuid[], $3::text[], $4::uuid[]) as r (child, source, event_id)
                join exchange.event e on e.child = r.child and e.source = r.source
               where r.event_id is null or e.event_id = r.event_id)
     select count(*) from (
       select from exchange.event where event_id in (select event_id from n) order by event_id for update) l`,
    [
      eventIds,
      restrained.map(({ child }) => child),
      restrained.map(({ source }) => source),
      restrained.map(({ eventId }) => eventId ?? null),
    ],
  )
}
