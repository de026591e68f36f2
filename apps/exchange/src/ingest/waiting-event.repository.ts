import type { Database } from '#libs/postgres'
import type { OutgoingEvent, ReferencedEvent } from './event.repository.js'
import { lockEvents, lockOrders } from './row-locks.js'

/** An event that waits for its child, or for its time. */
export interface WaitingEvent extends ReferencedEvent {
  readonly source: string
  readonly type: string
  readonly state: 'held' | 'awaiting-identity'
  /** The event it names, behind which it waited. */
  readonly behind?: string
}

/** Which of those that wait are looked at: all, or those that waited behind another, which has gone on. */
export type Which = 'all' | 'behind'

/** An event goes on from where it waited, with a place in its child's order; the rows are locked. */
const sendOn = `
with e as (
  update exchange.event set state = 'accepted', child = $2::uuid, stream = $3::uuid, release_at = null, behind = null
   where event_id = $1::uuid and state <> 'accepted' returning event_id, source, restraint),
w as (update exchange.event w set child = $2::uuid from e where w.behind = e.event_id and w.source = e.source),
b as (update exchange.event_body set key_id = $9::uuid, sealed = $8 where event_id = (select event_id from e)),
r as (
  update exchange.event o set basis_version = o.basis_version + 1 from e
   where e.restraint is not null and o.source = e.source and o.child = $2::uuid and o.event_id <> e.event_id),
s as (
  insert into exchange.child_stream as c (stream, last_seq) select $3::uuid, 1 from e
  on conflict (stream) do update set last_seq = c.last_seq + 1 returning last_seq)
insert into exchange.outbox (shard, topic, part, key, event_id, headers, value)
select $4, 'waymark.record-events.v1', $5, $6, e.event_id, $7::jsonb || jsonb_build_object('seq', s.last_seq::text), $8 from e, s`

/** Those that wait behind an event that has gone on, or may be tried now: `is_next` where it has; none of those named as `$1`. */
const following = `
select f.source, f.event_id, o.state = 'accepted' or o.line_type is not null as is_next
  from exchange.event f join exchange.event o on o.event_id = f.behind and o.source = f.source
  left join exchange.event r on r.event_id = o.behind and r.source = o.source
 where f.behind is not null and f.state <> 'accepted' and f.line_type is null
   and f.event_id <> all($1::uuid[]) and o.event_id <> all($1::uuid[])
   and (o.state = 'accepted' or o.line_type is not null
     or ((o.release_at is null or o.release_at <= clock_timestamp())
       and (o.behind is null or r.state = 'accepted' or r.line_type is not null)))`

/** Events that wait for their child, or for their time; those that wait in a line of their sender's are not among them. */
export class WaitingEventRepository {
  constructor(private readonly database: Database) {}

  /**
   * What waits and may now be tried, in the order in which it arrived; none of those named. What came after one that follows
   * another of its source's is tried when that has followed.
   */
  async waiting(most: number, except: readonly string[], which: Which): Promise<readonly WaitingEvent[]> {
    const rows = await this.database.query<{
      event_id: string
      source: string
      type: string
      state: WaitingEvent['state']
      behind: string | null
      key_id: string
      sealed: Buffer
    }>(
      `with n as materialized (
         select distinct on (source) source, event_id from (${following}) f where not f.is_next order by source, event_id)
       select e.event_id, e.source, e.type, e.state, e.behind, b.key_id, b.sealed
         from exchange.event e join exchange.event_body b using (event_id) left join n on n.source = e.source
        where e.state <> 'accepted' and (e.release_at is null or e.release_at <= clock_timestamp())
          and e.line_type is null and e.event_id <> all($1::uuid[]) and (n.event_id is null or e.event_id < n.event_id)
          and ($3 = 'all' or e.behind is not null)
          and (e.behind is null or not exists (
            select from exchange.event o
             where o.event_id = e.behind and o.source = e.source and o.state <> 'accepted' and o.line_type is null))
        order by e.event_id limit $2`,
      [except, most, which],
    )
    return rows.map((row) => ({
      eventId: row.event_id,
      source: row.source,
      type: row.type,
      state: row.state,
      ...(row.behind !== null && { behind: row.behind }),
      keyId: row.key_id,
      sealed: row.sealed,
    }))
  }

  /** Sources whose events wait for their child, or follow one that has gone on, unless named; later ones of theirs queue behind. */
  async sourcesAwaiting(except: readonly string[] = []): Promise<readonly string[]> {
    const rows = await this.database.query<{ source: string }>(
      `select source from exchange.event where state = 'awaiting-identity' and event_id <> all($1::uuid[]) union
       select source from (${following}) f where f.is_next`,
      [except],
    )
    return rows.map(({ source }) => source)
  }

  /**
   * Gives a waiting event its child and its place in that child's order, and sends it on. Those that wait behind it are of its
   * child from then on too: what one of them sets against sharing it holds before it is routed.
   */
  async release(event: {
    eventId: string
    source: string
    child?: string
    /** It stands against sharing what its sender posts of the child. */
    isRestraint: boolean
    outgoing: OutgoingEvent
    keyId: string
    sealed: Buffer
  }): Promise<void> {
    const { stream, shard, partition, lane, headers } = event.outgoing
    const { eventId, source, child, isRestraint } = event
    await this.database.transaction(async (tx) => {
      await lockOrders(tx, [stream])
      await lockEvents(tx, [eventId], isRestraint && child !== undefined ? [{ child, source }] : [])
      await tx.query(sendOn, [
        ...[eventId, child ?? null, stream, shard, partition, lane],
        ...[JSON.stringify(headers), event.sealed, event.keyId],
      ])
    })
  }
}
