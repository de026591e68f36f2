import type { Sql } from '#libs/postgres'
import type { EventLog } from './event-log.js'

const settledAtOnce = 2000
const repairedAtOnce = 1000
/** Younger rows may be on their way; the end of the log is asked after this age, so it cannot be older than the row. */
const repairAfterSeconds = 5

/** The views `<schema>.inbox_seen` that must know a message of a topic before its outbox row may go. */
export type RequiredReaders = Readonly<Record<string, readonly string[]>>

/**
 * Deletes the published rows of one topic that every required reader has.
 *
 * @returns how many rows were looked at and how many went
 */
export async function settle(
  sql: Sql,
  schema: string,
  topic: string,
  readers: readonly string[],
): Promise<{ seen: number; settled: number }> {
  const [row] = await sql.query<{ seen: number; settled: number }>(
    `with head as materialized (
       select pos, event_id from ${schema}.outbox where topic = $1 and published_at is not null order by pos limit ${settledAtOnce}),
     seen as materialized (select pos from head as h where true ${readers.map(hasIt).join(' ')}),
     gone as (
       delete from ${schema}.outbox using (select set_config('synchronous_commit', 'off', true)) as relaxed
        where pos = any(array(select pos from seen)) returning pos)
     select (select count(*)::int from head) as seen, (select count(*)::int from gone) as settled`,
    [topic],
  )
  return row ?? { seen: 0, settled: 0 }
}

/** A look by its key for each row: a join, to a planner that knows nothing of an inbox yet, may be one with all of it. */
function hasIt(view: string): string {
  return `and (select true from ${view} as s where s.event_id = h.event_id limit 1)`
}

/**
 * Marks rows unpublished that a reader can no longer get from the log: the reader is past them, or the log ends below
 * them, and its inbox has not got them. This repairs a lost tail of the log and a topic that was made anew.
 *
 * @returns how many rows will be published again
 */
export async function republishLost(
  sql: Sql,
  schema: string,
  lost: { readonly topic: string; readonly readers: readonly string[]; readonly eventLog: EventLog },
): Promise<number> {
  const [old] = await sql.query(
    `select 1 from ${schema}.outbox where topic = $1 and published_at < now() - interval '${repairAfterSeconds} seconds' limit 1`,
    [lost.topic],
  )
  if (!old || lost.readers.length === 0) return 0
  const ends = await lost.eventLog.ends(lost.topic)
  const rows = await sql.query(
    `with log as (select * from unnest($2::smallint[], $3::bigint[]) as l (part, high)),
     old as (
       select o.pos, o.event_id, o.topic, o.part, o.kafka_offset, o.kafka_offset >= l.high as beyond
         from ${schema}.outbox as o join log as l using (part)
        where o.topic = $1 and o.published_at < now() - interval '${repairAfterSeconds} seconds')
     update ${schema}.outbox set published_at = null, kafka_offset = null where pos in (
       select pos from old where ${lost.readers.map(isLostTo).join(' or ')} order by pos limit ${repairedAtOnce})
     returning pos`,
    [lost.topic, ends.map(({ partition }) => partition), ends.map(({ high }) => high.toString())],
  )
  return rows.length
}

function isLostTo(view: string): string {
  const progress = view.replace(/\.inbox_seen$/, '.reader_progress')
  return `(not exists (select 1 from ${view} as s where s.event_id = old.event_id) and (old.beyond or exists (
    select 1 from ${progress} as p where p.topic = old.topic and p.part = old.part and p.next > old.kafka_offset)))`
}
