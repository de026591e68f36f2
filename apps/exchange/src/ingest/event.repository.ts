import type { RoutedEvent } from '#libs/events'
import { JustWritten } from '#libs/kafka'
import type { Database, Sql } from '#libs/postgres'
import type { DatabaseClock } from './database-clock.js'
import { columnsOf, messagesOf, type EventRow } from './event-rows.js'
import { lockEvents } from './row-locks.js'
import type { LinePlace } from './sender-line.js'

export type { OutgoingEvent } from './event-rows.js'

/** An event that was here before another of the same source and id. */
export interface KnownEvent {
  readonly eventId: string
  readonly bodyDigest: string
  readonly receipt: string | null
}

/** An earlier event of the caller that a new one withdraws or corrects. */
export interface ReferencedEvent {
  readonly eventId: string
  /** What it is ordered by; absent while it waits. */
  readonly stream?: string
  readonly keyId: string
  readonly sealed: Buffer
  /** Where it waits in a line of its sender's. */
  readonly place?: LinePlace
  /** Whoever names it now waits behind it: it waits itself, and in no line, or somebody waits behind it still. */
  readonly keepsWaiting?: boolean
}

const topic = 'waymark.record-events.v1'

/**
 * Everything an event leaves behind, in one statement: the event, its sealed body, its place in its child's order, its
 * message, the record of the access, and what it takes back.
 *
 * Rows are inserted in one order everywhere, so groups of two programs cannot deadlock. The lock on `child_stream` makes
 * the order of the outbox that of the commits. A repeat inserts nothing and uses up no number. `live` holds agreements for
 * share: an agreement ends before this commit, and the event is left out, or after it.
 */
const insertEvents = `
with i as (
  select source, source_event_id, event_id, body_digest, type, child, state, release_at, agreement_id, accepted_at, key_id,
      convert_from(substr($19::bytea, receipt_at, receipt_length), 'UTF8') as receipt,
      substr($19::bytea, sealed_at, sealed_length) as sealed, stream, shard, part,
      substr($19::bytea, lane_at, lane_length) as lane, headers, record_id, record_part,
      substr($19::bytea, key_at, key_length) as record_key, record_headers,
      substr($19::bytea, record_at, record_length) as record, ord
    from unnest($1::text[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::timestamptz[],
      $9::text[], $10::timestamptz[], $11::uuid[], $12::uuid[], $13::smallint[], $14::smallint[], $15::jsonb[],
      $16::uuid[], $17::smallint[], $18::jsonb[], $20::int[], $21::int[], $22::int[], $23::int[], $24::int[],
      $25::int[], $26::int[], $27::int[], $28::int[], $29::int[])
    with ordinality as i (source, source_event_id, event_id, body_digest, type, child, state, release_at,
      agreement_id, accepted_at, key_id, stream, shard, part, headers,
      record_id, record_part, record_headers, sealed_at, lane_at, key_at, record_at, receipt_at,
      sealed_length, lane_length, key_length, record_length, receipt_length, ord)),
live as (
  select agreement_id, version from exchange.agreement
   where agreement_id = any (select i.agreement_id from i) and ended_at is null order by agreement_id, version for share),
e as (
  insert into exchange.event (source, source_event_id, event_id, body_digest, type, child, stream, state, release_at, agreement_id, receipt, accepted_at)
  select source, source_event_id, event_id, body_digest, type, child, stream, state, release_at, agreement_id, receipt, accepted_at
    from i where agreement_id is null or agreement_id in (select live.agreement_id from live)
   order by source, source_event_id, ord
  on conflict do nothing returning event_id, stream),
b as (
  insert into exchange.event_body (event_id, key_id, sealed)
  select i.event_id, i.key_id, i.sealed from i join e using (event_id)),
s as (
  insert into exchange.child_stream as c (stream, last_seq)
  select stream, count(*) from e where stream is not null group by stream order by stream
  on conflict (stream) do update set last_seq = c.last_seq + excluded.last_seq returning stream, last_seq),
o as (
  insert into exchange.outbox (shard, topic, part, key, event_id, headers, value)
  select i.shard, '${topic}', i.part, i.lane, i.event_id,
      i.headers || jsonb_build_object('seq', (s.last_seq - count(*) over (partition by i.stream)
        + row_number() over (partition by i.stream order by i.ord))::text), i.sealed
    from i join e using (event_id) join s on s.stream = i.stream order by i.ord),
a as (
  insert into exchange.outbox (shard, topic, part, key, event_id, headers, value)
  select 0, 'waymark.access-records.v1', i.record_part, i.record_key, i.record_id, i.record_headers, i.record
    from i join e using (event_id) where i.record_id is not null order by i.ord)
select e.event_id, clock_timestamp() as now from e`

/** What a withdrawal or correction does to the event it names, in the same transaction; the rows are locked. */
const withdrawEvents = `
update exchange.event e set basis_version = basis_version + 1, withdrawn_at = coalesce(withdrawn_at, now()),
       withdrawn_by = coalesce(withdrawn_by, w.by), withdrawn_because = coalesce(withdrawn_because, w.because)
  from unnest($1::uuid[], $2::uuid[], $3::text[]) as w (event_id, by, because) where e.event_id = w.event_id`

/**
 * What stands against sharing is kept with its event, and every decision about what its sender posted of the child has another
 * version from this commit on: a disclosure commits before it, or decides again. The rows are locked.
 */
const restrainEvents = `
with r as (
  select * from unnest($1::uuid[], $2::text[], $3::jsonb[]) as r (event_id, source, restraint)),
d as (
  update exchange.event e set restraint = r.restraint from r where e.event_id = r.event_id and e.source = r.source
  returning e.event_id, e.source, e.child, e.restraint),
b as (
  select distinct e.event_id, e.source from exchange.event e join d on e.source = d.source and e.child = d.child
   where e.event_id <> all (select r.event_id from r)
     and (d.restraint->>'eventId' is null or e.event_id = (d.restraint->>'eventId')::uuid))
update exchange.event e set basis_version = e.basis_version + 1
  from b where e.event_id = b.event_id and e.source = b.source`

/** Accepted events and those that wait. */
export class EventRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: DatabaseClock,
    private readonly justWritten = new JustWritten(),
  ) {}

  /**
   * Writes a group; durable when it resolves.
   *
   * @returns the ids written; another was a repeat, or rested on an agreement that has ended
   */
  async insert(rows: readonly EventRow[]): Promise<ReadonlySet<string>> {
    if (!rows.some((row) => row.withdraws ?? row.restraint ?? row.notice ?? row.behind))
      return this.insertWith(this.database, rows)
    return this.database.transaction((tx) => this.insertWith(tx, rows))
  }

  /** Writes a group as part of a transaction of the caller's. */
  async insertWith(sql: Sql, rows: readonly EventRow[]): Promise<ReadonlySet<string>> {
    const written = await sql.query<{ event_id: string; now: Date }>(insertEvents, columnsOf(rows))
    const [first] = written
    if (first) this.clock.observe(first.now)
    const ids = new Set(written.map((row) => row.event_id))
    const fresh = rows.filter((row) => ids.has(row.eventId))
    const notices = fresh.flatMap(({ notice }) => (notice ? [notice] : []))
    if (notices.length > 0) await sql.query(insertEvents, columnsOf(notices))
    this.justWritten.add(messagesOf([...fresh, ...notices]))
    await this.queueBehind(sql, fresh)
    await lockEvents(
      sql,
      fresh.flatMap(({ withdraws }) => withdraws?.eventId ?? []),
      fresh.flatMap(({ child, source, restraint }) =>
        child !== undefined && restraint ? [{ child, source, eventId: restraint.eventId }] : [],
      ),
    )
    await this.withdraw(sql, fresh)
    await this.restrain(sql, fresh)
    return ids
  }

  private async queueBehind(sql: Sql, rows: readonly EventRow[]): Promise<void> {
    const behind = rows.filter((row) => row.behind !== undefined)
    if (behind.length === 0) return
    await sql.query(
      `update exchange.event e set behind = b.behind from unnest($1::uuid[], $2::text[], $3::uuid[]) as b (event_id, source, behind)
        where e.event_id = b.event_id and e.source = b.source`,
      [behind.map(({ eventId }) => eventId), behind.map(({ source }) => source), behind.map((row) => row.behind)],
    )
  }

  private async restrain(sql: Sql, rows: readonly EventRow[]): Promise<void> {
    const restraining = rows.filter(({ restraint }) => restraint !== undefined)
    if (restraining.length === 0) return
    await sql.query(restrainEvents, [
      restraining.map(({ eventId }) => eventId),
      restraining.map(({ source }) => source),
      restraining.map(({ restraint }) => JSON.stringify(restraint)),
    ])
  }

  private async withdraw(sql: Sql, rows: readonly EventRow[]): Promise<void> {
    const withdrawn = rows.flatMap(({ eventId, withdraws }) => (withdraws ? [{ by: eventId, ...withdraws }] : []))
    if (withdrawn.length === 0) return
    await sql.query(withdrawEvents, [
      withdrawn.map(({ eventId }) => eventId),
      withdrawn.map(({ by }) => by),
      withdrawn.map(({ because }) => because),
    ])
  }

  /** The events that already stand under these names, by `source` and source event id. */
  async known(
    names: readonly { source: string; sourceEventId: string }[],
  ): Promise<readonly (KnownEvent | undefined)[]> {
    const rows = await this.database.query<{
      n: number
      event_id: string | null
      body_digest: string
      receipt: string | null
    }>(
      `select n.ord::int as n, e.event_id, e.body_digest, e.receipt
         from unnest($1::text[], $2::text[]) with ordinality as n (source, id, ord)
         left join exchange.event e on e.source = n.source and e.source_event_id = n.id order by n.ord`,
      [names.map(({ source }) => source), names.map(({ sourceEventId }) => sourceEventId)],
    )
    return rows.map((row) =>
      row.event_id === null ? undefined : { eventId: row.event_id, bodyDigest: row.body_digest, receipt: row.receipt },
    )
  }

  /** An event that `source` itself posted; another's and none are alike `undefined`. */
  async ownEvent(source: string, eventId: string): Promise<ReferencedEvent | undefined> {
    const rows = await this.database.query<{
      event_id: string
      stream: string | null
      key_id: string
      sealed: Buffer
      line_type: string | null
      number: string
      keeps_waiting: boolean
    }>(
      `select e.event_id, e.stream, b.key_id, b.sealed,
              case when e.state = 'held' then e.line_type end as line_type, e.sender_sequence as number,
              (e.state <> 'accepted' and e.line_type is null) or exists (
                select from exchange.event w where w.behind = e.event_id and w.source = e.source) as keeps_waiting
         from exchange.event e join exchange.event_body b using (event_id)
        where e.event_id = $1::uuid and e.source = $2`,
      [eventId, source],
    )
    const [row] = rows
    if (!row) return undefined
    return {
      eventId: row.event_id,
      keyId: row.key_id,
      sealed: row.sealed,
      ...(row.stream !== null && { stream: row.stream }),
      ...(row.line_type !== null && { place: { type: row.line_type, number: BigInt(row.number) } }),
      ...(row.keeps_waiting && { keepsWaiting: true }),
    }
  }

  /** Keeps events that came in by the log, from another program of the hub. Where it fails, the transaction fails. */
  adopt(tx: Sql, events: readonly { event: RoutedEvent; keyId: string; sealed: Buffer }[]): void {
    if (events.length === 0) return
    void tx.query(
      `with i as (
         select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::timestamptz[], $5::uuid[], $6::bytea[])
           as i (event_id, type, child, accepted_at, key_id, sealed)),
       e as (
         insert into exchange.event (source, source_event_id, event_id, body_digest, type, child, stream, state, accepted_at)
         select 'waymark-hub', event_id::text, event_id, '', type, child, coalesce(child, event_id), 'accepted', accepted_at from i
         on conflict do nothing returning event_id)
       insert into exchange.event_body (event_id, key_id, sealed) select i.event_id, i.key_id, i.sealed from i join e using (event_id)`,
      [
        events.map(({ event }) => event.eventId),
        events.map(({ event }) => event.event.type),
        events.map(({ event }) => event.child?.childId ?? null),
        events.map(({ event }) => event.acceptedAt),
        events.map(({ keyId }) => keyId),
        events.map(({ sealed }) => sealed),
      ],
    )
  }
}
