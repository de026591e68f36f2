import type { Sql } from '#libs/postgres'
import type { LogMessage, StartingPoint, TopicPartition } from './event-log.js'
import type { LaneState } from './lane-order.js'
import type { ParkClass } from './refusal.js'

/** A statement in a consumer may take this long; then the batch is made smaller. */
export const statementMs = 2000

/** Where a consumer keeps what it has: one schema, one group. */
export interface InboxPlace {
  readonly schema: string
  readonly group: string
}

/** A message with the lane it belongs to, as the tables name it. */
export interface LaneMessage {
  readonly message: LogMessage
  readonly lane: Buffer
  readonly eventId: string | undefined
}

/** Reads how far the group has committed each partition; a partition never read starts at 0. */
export async function storedOffsets(
  sql: Sql,
  { schema, group }: InboxPlace,
  partitions: readonly TopicPartition[],
): Promise<readonly StartingPoint[]> {
  const params = [group, partitions.map(({ topic }) => topic), partitions.map(({ partition }) => partition)]
  await sql.query(
    `insert into ${schema}.consumer_offset (grp, topic, part, next)
     select $1, topic, part, 0 from unnest($2::text[], $3::smallint[]) as p (topic, part) on conflict do nothing`,
    params,
  )
  const rows = await sql.query<{ topic: string; part: number; next: string }>(
    `select c.topic, c.part, c.next from ${schema}.consumer_offset as c
       join unnest($2::text[], $3::smallint[]) as p (topic, part) using (topic, part) where c.grp = $1`,
    params,
  )
  return rows.map(({ topic, part, next }) => ({ topic, partition: part, offset: BigInt(next) }))
}

/**
 * Moves offsets from what is expected to what is new, all or none of them.
 *
 * @returns whether every partition still stood where it was expected
 */
export async function moveOffsets(
  tx: Sql,
  { schema, group }: InboxPlace,
  moves: readonly { readonly at: TopicPartition; readonly expected: bigint; readonly next: bigint }[],
): Promise<boolean> {
  const moved = await tx.query(
    `update ${schema}.consumer_offset as c set next = m.next, at = now()
       from unnest($2::text[], $3::smallint[], $4::bigint[], $5::bigint[]) as m (topic, part, expected, next)
      where c.grp = $1 and c.topic = m.topic and c.part = m.part and c.next = m.expected returning 1`,
    [
      group,
      moves.map(({ at }) => at.topic),
      moves.map(({ at }) => at.partition),
      moves.map(({ expected }) => expected.toString()),
      moves.map(({ next }) => next.toString()),
    ],
  )
  return moved.length === moves.length
}

/** What a batch is placed by, once its transaction has moved its offsets. */
export interface OpenedBatch {
  /** The ids that the group did not have yet; it has them now. */
  readonly fresh: ReadonlySet<string>
  /** The lanes among those asked for that are parked, locked so that none is drained meanwhile. */
  readonly parked: LaneState['parked']
}

/**
 * Opens a batch with one statement: moves its offsets, claims its ids and locks what is parked of its lanes.
 *
 * @returns undefined if a partition stood elsewhere than expected: the transaction has to be rolled back then
 */
export async function openBatch(
  tx: Sql,
  { schema, group }: InboxPlace,
  batch: {
    readonly moves: readonly { readonly at: TopicPartition; readonly expected: bigint; readonly next: bigint }[]
    readonly ids: readonly string[]
    readonly lanes: readonly Buffer[]
  },
): Promise<OpenedBatch | undefined> {
  const { moves, ids, lanes } = batch
  const [row] = await tx.query<{ moved: number; fresh: string[] | null; parked: [string, ParkClass, string][] | null }>(
    `with moved as (
       update ${schema}.consumer_offset as c set next = m.next, at = now()
         from unnest($2::text[], $3::smallint[], $4::bigint[], $5::bigint[]) as m (topic, part, expected, next)
        where c.grp = $1 and c.topic = m.topic and c.part = m.part and c.next = m.expected returning 1),
     fresh as (
       insert into ${schema}.inbox (event_id, grp) select id, $1 from unnest($6::uuid[]) as i (id) on conflict do nothing
       returning event_id),
     parked as (
       select lane, class, code from ${schema}.parked_subject
        where grp = $1 and lane = any(array(select decode(l, 'hex') from unnest($7::text[]) as l)) for update)
     select (select count(*)::int from moved) as moved, (select json_agg(event_id) from fresh) as fresh,
            (select json_agg(json_build_array(encode(lane, 'hex'), class, code)) from parked) as parked`,
    [
      group,
      moves.map(({ at }) => at.topic),
      moves.map(({ at }) => at.partition),
      moves.map(({ expected }) => expected.toString()),
      moves.map(({ next }) => next.toString()),
      ids,
      [...new Set(lanes.map((lane) => lane.toString('hex')))],
    ],
  )
  if (row?.moved !== moves.length) return undefined
  const parked = new Map((row.parked ?? []).map(([lane, kind, code]) => [lane, { class: kind, code }]))
  return { fresh: new Set(row.fresh), parked }
}

/**
 * Reads how far each lane has got. A statement of its own after the one that locked what is parked: whoever drained a lane
 * meanwhile moved it, and a snapshot from before would show a gap.
 */
export async function lastSeqs(
  tx: Sql,
  { schema, group }: InboxPlace,
  messages: readonly LaneMessage[],
): Promise<LaneState['last']> {
  const rows = await tx.query<{ topic: string; lane: Buffer; last_seq: string }>(
    `select topic, lane, last_seq from ${schema}.lane_progress
      where grp = $1 and (topic, lane) in (select * from unnest($2::text[], $3::bytea[]))`,
    [group, messages.map(({ message }) => message.topic), messages.map(({ lane }) => lane)],
  )
  return new Map(rows.map((row) => [`${row.topic}/${row.lane.toString('hex')}`, BigInt(row.last_seq)]))
}

/** Notes the last `seq` of each stream, given in order. */
export async function noteProgress(
  tx: Sql,
  { schema, group }: InboxPlace,
  applied: readonly { readonly topic: string; readonly lane: Buffer; readonly seq: bigint }[],
): Promise<void> {
  const last = new Map(applied.map((entry) => [`${entry.topic}/${entry.lane.toString('hex')}`, entry]))
  if (last.size === 0) return
  const rows = [...last.values()]
  await tx.query(
    `insert into ${schema}.lane_progress as p (grp, topic, lane, last_seq)
     select $1, topic, lane, last_seq from unnest($2::text[], $3::bytea[], $4::bigint[]) as u (topic, lane, last_seq)
     on conflict (grp, topic, lane) do update set last_seq = excluded.last_seq`,
    [group, rows.map(({ topic }) => topic), rows.map(({ lane }) => lane), rows.map(({ seq }) => seq.toString())],
  )
}
