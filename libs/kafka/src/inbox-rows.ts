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

/** Where a partition stands, and where it is to stand. */
export interface Move {
  readonly at: TopicPartition
  readonly expected: bigint
  readonly next: bigint
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
    `select p.topic, p.part, c.next from unnest($2::text[], $3::smallint[]) as p (topic, part)
      cross join lateral (
        select next from ${schema}.consumer_offset where grp = $1 and topic = p.topic and part = p.part limit 1) as c`,
    params,
  )
  return rows.map(({ topic, part, next }) => ({ topic, partition: part, offset: BigInt(next) }))
}

/**
 * The offsets that stand where they are expected, each found by its key and moved in its place: a plan that was made while
 * the table was empty would go through all of it, dead rows included. One that another member moves meanwhile is in another
 * place then, and is left alone.
 */
function moveOffsetsOf(schema: string): string {
  return `update ${schema}.consumer_offset as c set next = m.next, at = now()
         from (select k.next, k.expected, o.place
                 from unnest($2::text[], $3::smallint[], $4::bigint[], $5::bigint[]) as k (topic, part, expected, next)
                cross join lateral (
                  select ctid as place from ${schema}.consumer_offset
                   where grp = $1 and topic = k.topic and part = k.part limit 1) as o) as m
        where c.ctid = m.place and c.next = m.expected`
}

/**
 * Moves offsets from what is expected to what is new, all or none of them.
 *
 * @returns whether every partition still stood where it was expected
 */
export async function moveOffsets(tx: Sql, { schema, group }: InboxPlace, moves: readonly Move[]): Promise<boolean> {
  const moved = await tx.query(`${moveOffsetsOf(schema)} returning 1`, [
    group,
    moves.map(({ at }) => at.topic),
    moves.map(({ at }) => at.partition),
    moves.map(({ expected }) => expected.toString()),
    moves.map(({ next }) => next.toString()),
  ])
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
    readonly moves: readonly Move[]
    readonly ids: readonly string[]
    readonly lanes: readonly Buffer[]
  },
): Promise<OpenedBatch | undefined> {
  const { moves, ids, lanes } = batch
  const [row] = await tx.query<{ moved: number; fresh: string[] | null; parked: [string, ParkClass, string][] | null }>(
    `with moved as (
       ${moveOffsetsOf(schema)} returning 1),
     fresh as (
       insert into ${schema}.inbox (event_id, grp) select id, $1 from unnest($6::uuid[]) as i (id) on conflict do nothing
       returning event_id),
     parked as (
       select p.lane, p.class, p.code from unnest($7::text[]) as l (lane)
        cross join lateral (
          select lane, class, code from ${schema}.parked_subject where grp = $1 and lane = decode(l.lane, 'hex') for update) as p)
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
 * Reads how far each lane has got that is counted. A statement of its own after the one that locked what is parked: whoever drained a lane
 * meanwhile moved it, and a snapshot from before would show a gap.
 */
export async function lastSeqs(
  tx: Sql,
  { schema, group }: InboxPlace,
  messages: readonly (LaneMessage & { readonly seq: bigint | undefined })[],
): Promise<LaneState['last']> {
  const numbered = messages.filter(({ seq }) => seq !== undefined)
  if (numbered.length === 0) return new Map()
  const rows = await tx.query<{ topic: string; lane: Buffer; last_seq: string }>(
    `select l.topic, l.lane, p.last_seq from (select distinct * from unnest($2::text[], $3::bytea[])) as l (topic, lane)
      cross join lateral (
        select last_seq from ${schema}.lane_progress where grp = $1 and topic = l.topic and lane = l.lane limit 1) as p`,
    [group, numbered.map(({ message }) => message.topic), numbered.map(({ lane }) => lane)],
  )
  return new Map(rows.map((row) => [`${row.topic}/${row.lane.toString('hex')}`, BigInt(row.last_seq)]))
}

/** Notes the last `seq` of each stream, given in order; nobody waits for it, and the transaction fails where it does. */
export function noteProgress(
  tx: Sql,
  { schema, group }: InboxPlace,
  applied: readonly { readonly topic: string; readonly lane: Buffer; readonly seq: bigint }[],
): void {
  const last = new Map(applied.map((entry) => [`${entry.topic}/${entry.lane.toString('hex')}`, entry]))
  if (last.size === 0) return
  const rows = [...last.values()]
  void tx.query(
    `insert into ${schema}.lane_progress as p (grp, topic, lane, last_seq)
     select $1, topic, lane, last_seq from unnest($2::text[], $3::bytea[], $4::bigint[]) as u (topic, lane, last_seq)
     on conflict (grp, topic, lane) do update set last_seq = excluded.last_seq`,
    [group, rows.map(({ topic }) => topic), rows.map(({ lane }) => lane), rows.map(({ seq }) => seq.toString())],
  )
}
