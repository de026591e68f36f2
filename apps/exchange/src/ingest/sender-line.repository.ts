import type { Sql } from '#libs/postgres'
import type { OutgoingEvent } from './event.repository.js'
import { lockEvents } from './row-locks.js'
import { mostEarly, type EarlyEvent, type LinePlace, type SenderLine } from './sender-line.js'

/** An event that waits in its line. */
export interface LineEvent extends EarlyEvent {
  readonly line: SenderLine
  readonly acceptedAt: Date
}

/** An event whose child is known now, and its place in its line. */
export interface AdmittedEvent {
  readonly line: SenderLine
  readonly eventId: string
  readonly number: bigint
  readonly isImmediate: boolean
  /** It stands against sharing what its sender posts of the child. */
  readonly isRestraint: boolean
  readonly keyId: string
  readonly sealed: Buffer
}

/** An event that goes on from where it waited. */
export interface ReleasedEvent {
  readonly eventId: string
  readonly source: string
  readonly outgoing: OutgoingEvent
}

const linesGiven = 'unnest($1::uuid[], $2::text[], $3::text[]) as n (child, source, type)'
const columnsOf = (lines: readonly SenderLine[]) => [
  lines.map(({ child }) => child),
  lines.map(({ source }) => source),
  lines.map(({ type }) => type),
]

/** An early event's longest wait, by the database's clock. */
const longestWait = `interval '10 minutes'`

const earlyEvents = `
select e.event_id, e.child, e.source, e.line_type as type, e.sender_sequence as number, e.accepted_at,
       e.release_at <= clock_timestamp() as is_due
  from exchange.event e join ${linesGiven} on e.child = n.child and e.source = n.source and e.line_type = n.type
 where e.state = 'held' order by e.event_id`

/**
 * Lines of senders, and who waits in them.
 *
 * Whoever moves a line, or takes who waits in it to another child, locks the line first. Then come, as with all events, the order
 * of the child and what is changed of single events: so who withdraws an event that waits cannot deadlock with who sends it on.
 */
export class SenderLineRepository {
  constructor(private readonly sql: Sql) {}

  /** Locks lines, and makes those that are new. @returns the last number each has passed, as the lines were given */
  async lock(tx: Sql, lines: readonly SenderLine[]): Promise<readonly (bigint | undefined)[]> {
    const rows = await tx.query<SenderLine & { passed: string | null }>(
      `insert into exchange.sender_line as l (child, source, type)
       select child, source, type from ${linesGiven} order by child, source, type
       on conflict (child, source, type) do update set passed = l.passed returning child, source, type, passed`,
      columnsOf(lines),
    )
    const passed = new Map(rows.map((row) => [nameOf(row), row.passed]))
    return lines.map((line) => {
      const number = passed.get(nameOf(line))
      return number == null ? undefined : BigInt(number)
    })
  }

  /** Who waits in some lines, which are locked. */
  async early(tx: Sql, lines: readonly SenderLine[]): Promise<readonly LineEvent[]> {
    const rows = await tx.query<SenderLine & { event_id: string; number: string; accepted_at: Date; is_due: boolean }>(
      earlyEvents,
      columnsOf(lines),
    )
    return rows.map(({ child, source, type, ...row }) => ({
      ...{ line: { child, source, type }, eventId: row.event_id, number: BigInt(row.number) },
      ...{ acceptedAt: row.accepted_at, isDue: row.is_due },
    }))
  }

  /** Events that were just written wait at their places. */
  async hold(
    tx: Sql,
    events: readonly { readonly eventId: string; readonly source: string; readonly place: LinePlace }[],
  ): Promise<void> {
    await tx.query(
      `update exchange.event e set line_type = h.type, sender_sequence = h.number,
              release_at = clock_timestamp() + ${longestWait}
         from unnest($1::uuid[], $2::text[], $3::text[], $4::numeric[]) as h (event_id, source, type, number)
        where e.event_id = h.event_id and e.source = h.source`,
      [
        events.map(({ eventId }) => eventId),
        events.map(({ source }) => source),
        events.map(({ place }) => place.type),
        events.map(({ place }) => place.number.toString()),
      ],
    )
  }

  /** Events that waited for their child, or for their time, take their places in their lines, which are locked, as the orders of their children are. */
  async admit(tx: Sql, events: readonly AdmittedEvent[]): Promise<void> {
    await lockEvents(
      tx,
      events.map(({ eventId }) => eventId),
      events.flatMap(({ isRestraint, line: { child, source } }) => (isRestraint ? [{ child, source }] : [])),
    )
    await tx.query(
      `with a as (
         select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::numeric[], $6::uuid[], $7::bytea[], $8::boolean[])
           as a (event_id, source, child, type, number, key_id, sealed, is_immediate)),
       e as (
         update exchange.event e set state = 'held', child = a.child, line_type = a.type, sender_sequence = a.number, behind = null,
                release_at = clock_timestamp() + case when a.is_immediate then interval '0' else ${longestWait} end
           from a where e.event_id = a.event_id and e.source = a.source and e.state <> 'accepted'
            and e.line_type is null returning e.event_id, e.source, e.child, e.restraint),
       w as (update exchange.event w set child = e.child from e where w.behind = e.event_id and w.source = e.source),
       r as (
         update exchange.event o set basis_version = o.basis_version + 1 from e
          where e.restraint is not null and o.source = e.source and o.child = e.child
            and o.event_id <> all (select a.event_id from a))
       update exchange.event_body b set key_id = a.key_id, sealed = a.sealed
         from a join e using (event_id) where b.event_id = a.event_id`,
      [
        events.map(({ eventId }) => eventId),
        events.map(({ line }) => line.source),
        events.map(({ line }) => line.child),
        events.map(({ line }) => line.type),
        events.map(({ number }) => number.toString()),
        events.map(({ keyId }) => keyId),
        events.map(({ sealed }) => sealed),
        events.map(({ isImmediate }) => isImmediate),
      ],
    )
  }

  /** Gives events that waited their places in their children's order, and sends them on, in the order given. */
  async sendOn(tx: Sql, events: readonly ReleasedEvent[]): Promise<void> {
    const all = events.map(({ outgoing }) => outgoing)
    await tx.query(
      `with i as (
         select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::smallint[], $5::smallint[], $6::bytea[], $7::jsonb[])
           with ordinality as i (event_id, source, stream, shard, part, lane, headers, ord)),
       s as (
         insert into exchange.child_stream as c (stream, last_seq)
         select stream, count(*) from i group by stream order by stream
         on conflict (stream) do update set last_seq = c.last_seq + excluded.last_seq returning stream, last_seq),
       o as (
         insert into exchange.outbox (shard, topic, part, key, event_id, headers, value)
         select i.shard, 'waymark.record-events.v1', i.part, i.lane, i.event_id,
             i.headers || jsonb_build_object('key-id', b.key_id::text, 'seq', (s.last_seq - count(*) over (partition by i.stream)
               + row_number() over (partition by i.stream order by i.ord))::text), b.sealed
           from i join exchange.event_body b using (event_id) join s on s.stream = i.stream order by i.ord)
       update exchange.event e set state = 'accepted', stream = i.stream, release_at = null
         from i join s on s.stream = i.stream where e.event_id = i.event_id and e.source = i.source`,
      [
        events.map(({ eventId }) => eventId),
        events.map(({ source }) => source),
        all.map(({ stream }) => stream),
        all.map(({ shard }) => shard),
        all.map(({ partition }) => partition),
        all.map(({ lane }) => lane),
        all.map(({ headers }) => JSON.stringify(headers)),
      ],
    )
  }

  /** Notes how far lines have come, which are locked. */
  async pass(tx: Sql, moved: readonly { readonly line: SenderLine; readonly passed: bigint }[]): Promise<void> {
    await tx.query(
      `update exchange.sender_line l set passed = n.passed
         from unnest($1::uuid[], $2::text[], $3::text[], $4::numeric[]) as n (child, source, type, passed)
        where l.child = n.child and l.source = n.source and l.type = n.type`,
      [...columnsOf(moved.map(({ line }) => line)), moved.map(({ passed }) => passed.toString())],
    )
  }

  /**
   * Lines that may go on: one has waited too long, or too many do, or somebody waits for nothing any more, as where two lines
   * became one, or an event went to another child.
   */
  async movable(most: number): Promise<readonly SenderLine[]> {
    return this.sql.query<{ child: string; source: string; type: string }>(
      `select e.child, e.source, e.line_type as type
         from exchange.event e
         left join exchange.sender_line l on l.child = e.child and l.source = e.source and l.type = e.line_type
        where e.state = 'held' and e.line_type is not null group by e.child, e.source, e.line_type
       having bool_or(e.release_at <= clock_timestamp() or l.passed is null or e.sender_sequence <= l.passed + 1)
           or count(*) >= ${mostEarly} limit $1`,
      [most],
    )
  }
}

function nameOf({ child, source, type }: SenderLine): string {
  return `${child} ${source} ${type}`
}
