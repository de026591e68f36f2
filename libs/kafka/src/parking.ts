import type { Sql } from '#libs/postgres'
import type { LogMessage } from './event-log.js'
import type { InboxPlace, LaneMessage } from './inbox-rows.js'
import type { ParkClass } from './refusal.js'

/** A message to be kept, and why. */
export interface Parked extends LaneMessage {
  readonly class: ParkClass
  readonly code: string
}

/** Closes the lanes of these messages and keeps the messages behind them. The reason of a closed lane stands. */
export async function park(tx: Sql, { schema, group }: InboxPlace, parked: readonly Parked[]): Promise<void> {
  if (parked.length === 0) return
  const lanes = new Map<string, Parked>()
  for (const entry of parked) {
    const lane = entry.lane.toString('hex')
    const known = lanes.get(lane)
    if (!known || known.class === 'sequence') lanes.set(lane, entry)
  }
  const subjects = [...lanes.values()]
  await tx.query(
    `insert into ${schema}.parked_subject as p (grp, lane, class, code)
     select $1, * from unnest($2::bytea[], $3::text[], $4::text[])
     on conflict (grp, lane) do update set class = excluded.class, code = excluded.code, since = now()
      where p.class = 'sequence' and excluded.class <> 'sequence'`,
    [group, subjects.map(({ lane }) => lane), subjects.map((entry) => entry.class), subjects.map(({ code }) => code)],
  )
  await tx.query(
    `insert into ${schema}.parked_event (grp, topic, part, kafka_offset, lane, key, headers, value, code)
     select $1, * from unnest($2::text[], $3::smallint[], $4::bigint[], $5::bytea[], $6::bytea[], $7::jsonb[], $8::bytea[], $9::text[])`,
    [
      group,
      parked.map(({ message }) => message.topic),
      parked.map(({ message }) => message.partition),
      parked.map(({ message }) => message.offset.toString()),
      parked.map(({ lane }) => lane),
      parked.map(({ message }) => message.key),
      parked.map(({ message }) => JSON.stringify(message.headers)),
      parked.map(({ message }) => message.value),
      parked.map(({ code }) => code),
    ],
  )
}

/** Lanes that may open by themselves: something is missing, or another reader holds them. */
export async function waitingLanes(sql: Sql, { schema, group }: InboxPlace): Promise<readonly Buffer[]> {
  const rows = await sql.query<{ lane: Buffer }>(
    `select lane from ${schema}.parked_subject where grp = $1 and class in ('sequence', 'upstream') order by since limit 500`,
    [group],
  )
  return rows.map(({ lane }) => lane)
}

/** A message that is kept; the table's own key, since offsets begin anew with a topic that was made anew. */
export interface KeptMessage extends LogMessage {
  readonly pos: string
}

/** What is kept of a lane, in the order in which it is to be applied: per topic by `seq`, else as it came. */
export async function parkedMessages(
  sql: Sql,
  { schema, group }: InboxPlace,
  lane: Buffer,
): Promise<readonly KeptMessage[]> {
  const rows = await sql.query<ParkedRow>(
    `select pos, topic, part, kafka_offset, key, headers, value, (extract(epoch from first_failed_at) * 1000)::float8 as ms
       from ${schema}.parked_event where grp = $1 and lane = $2
      order by min(pos) over (partition by topic),
               case when headers ->> 'seq' ~ '^[0-9]{1,18}$' then (headers ->> 'seq')::bigint end nulls first, pos`,
    [group, lane],
  )
  return rows.map(({ part, kafka_offset: offset, ms, ...row }) => ({
    ...row,
    partition: part,
    offset: BigInt(offset),
    timestampMs: ms,
  }))
}

interface ParkedRow extends Pick<KeptMessage, 'pos' | 'topic' | 'key' | 'headers' | 'value'> {
  readonly part: number
  readonly kafka_offset: string
  readonly ms: number
}

/** @returns whether the lane is parked; it is locked now */
export async function lockLane(tx: Sql, { schema, group }: InboxPlace, lane: Buffer): Promise<boolean> {
  const rows = await tx.query(`select 1 from ${schema}.parked_subject where grp = $1 and lane = $2 for update`, [
    group,
    lane,
  ])
  return rows.length > 0
}

/** Lets messages of a lane go, and opens the lane when none is left; else what is left waits for a missing one. */
export async function release(
  tx: Sql,
  { schema, group }: InboxPlace,
  lane: Buffer,
  messages: readonly KeptMessage[],
): Promise<'drained' | 'still-parked'> {
  await tx.query(`delete from ${schema}.parked_event where pos = any($1::bigint[])`, [messages.map(({ pos }) => pos)])
  const left = await tx.query(`select 1 from ${schema}.parked_event where grp = $1 and lane = $2 limit 1`, [
    group,
    lane,
  ])
  await tx.query(
    left.length === 0
      ? `delete from ${schema}.parked_subject where grp = $1 and lane = $2`
      : `update ${schema}.parked_subject set class = 'sequence', code = 'SEQUENCE_GAP' where grp = $1 and lane = $2`,
    [group, lane],
  )
  return left.length === 0 ? 'drained' : 'still-parked'
}

/** Notes that a lane would not drain, and why. */
export async function noteRefusal(
  sql: Sql,
  { schema, group }: InboxPlace,
  lane: Buffer,
  refusal: { readonly class: ParkClass; readonly code: string },
): Promise<void> {
  await sql.query(
    `with subject as (update ${schema}.parked_subject set class = $3, code = $4 where grp = $1 and lane = $2)
     update ${schema}.parked_event set attempts = attempts + 1 where grp = $1 and lane = $2`,
    [group, lane, refusal.class, refusal.code],
  )
}
