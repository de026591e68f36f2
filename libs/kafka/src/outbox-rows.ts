import type { Sql } from '#libs/postgres'
import type { JustWritten } from './just-written.js'
import type { Lease } from './relay-lease.js'

/** A row of the outbox that is to be published. */
export interface OutboxRow {
  readonly pos: string
  readonly shard: number
  readonly topic: string
  readonly part: number
  readonly key: Buffer
  readonly event_id: string
  readonly headers: Readonly<Record<string, string | number>>
  readonly value: Buffer
  readonly number: string | null
}

const rowsPerShard = 500
const bytesPerShard = 4 * 1024 * 1024

/** What is lost with the last instants before a crash of PostgreSQL is done again: no need to wait for the disk. */
const relaxed = `(select set_config('synchronous_commit', 'off', true)) as relaxed`

/** Which unpublished rows are meant. */
interface RowsWanted {
  readonly shards: readonly number[]
  readonly topics: readonly string[]
  readonly isNumbered: boolean
  /** Values that are known and need not be read. */
  readonly justWritten?: JustWritten | undefined
}

/**
 * The oldest unpublished rows of some shards, in order, up to a number and size per shard.
 *
 * Rows are taken only below the oldest open transaction: positions are given before the commit, so a row that becomes
 * visible later may stand before one that is visible now.
 *
 * @throws Error if a row went away meanwhile: whoever took it has the lease now
 */
export async function unpublishedRows(sql: Sql, schema: string, from: RowsWanted): Promise<readonly OutboxRow[]> {
  const { justWritten } = from
  if (!justWritten) return sql.query<OutboxRow>(selectUnpublished(schema, 'value, '), placeOf(from))
  const rows = await sql.query<Omit<OutboxRow, 'value'>>(selectUnpublished(schema, ''), placeOf(from))
  const known = rows.map(({ event_id }) => justWritten.valueOf(event_id))
  const read = await readValues(
    sql,
    schema,
    rows.flatMap(({ pos }, n) => (known[n] ? [] : [pos])),
  )
  return rows.map((row, n) => {
    const value = known[n] ?? read.get(row.pos)
    if (!value) throw new Error('A row of the outbox went away while it was taken')
    return { ...row, value }
  })
}

function placeOf({ shards, topics, isNumbered }: RowsWanted): readonly unknown[] {
  return [shards, topics, isNumbered]
}

function selectUnpublished(schema: string, value: string): string {
  return `select pos, shard, topic, part, key, event_id, headers, ${value}number from (
       select o.*, sum(octet_length(o.value)) over w as bytes, row_number() over w as place
         from unnest($1::smallint[]) as s (shard) cross join lateral (
           select * from ${schema}.outbox
            where shard = s.shard and published_at is null and (topic = any($2)) = $3
              and xid < pg_snapshot_xmin(pg_current_snapshot())
            order by pos limit ${rowsPerShard}) as o
       window w as (partition by o.shard order by o.pos)) as r
      where bytes <= ${bytesPerShard} or place = 1 order by pos`
}

async function readValues(
  sql: Sql,
  schema: string,
  positions: readonly string[],
): Promise<ReadonlyMap<string, Buffer>> {
  if (positions.length === 0) return new Map()
  const rows = await sql.query<{ pos: string; value: Buffer }>(
    `select pos, value from ${schema}.outbox where pos = any($1::bigint[])`,
    [positions],
  )
  return new Map(rows.map(({ pos, value }) => [pos, value]))
}

/** @returns whether anything waits to be published: of any topic, or of the topics told */
export async function isAnythingUnpublished(
  sql: Sql,
  schema: string,
  of?: { readonly topics: readonly string[]; readonly isNumbered: boolean },
): Promise<boolean> {
  const [row] = await sql.query<{ any: boolean }>(
    `select exists (select 1 from ${schema}.outbox
       where published_at is null and ($1::text[] is null or (topic = any($1)) = $2)) as any`,
    [of?.topics, of?.isNumbered],
  )
  return row?.any === true
}

/** @returns the topics of which published rows wait to be settled, found by one step per topic */
export async function publishedTopics(sql: Sql, schema: string): Promise<readonly string[]> {
  const rows = await sql.query<{ topic: string }>(
    `with recursive t (topic) as (
       select min(topic) from ${schema}.outbox where published_at is not null
       union all
       select (select min(topic) from ${schema}.outbox where published_at is not null and topic > t.topic) from t where t.topic is not null)
     select topic from t where topic is not null`,
  )
  return rows.map(({ topic }) => topic)
}

/**
 * Notes where rows went, as long as the leases under which they were sent still hold.
 *
 * @returns whether all of them were noted
 */
export async function markPublished(
  sql: Sql,
  schema: string,
  sent: { readonly rows: readonly OutboxRow[]; readonly offsets: readonly bigint[]; readonly leases: readonly Lease[] },
): Promise<boolean> {
  const epochs = new Map(sent.leases.map(({ covers, shard, epoch }) => [covers, { shard, epoch }]))
  const lease = sent.rows.map((row) => epochs.get(row.shard) ?? epochs.get('all'))
  const marked = await sql.query(
    `update ${schema}.outbox as o set published_at = now(), kafka_offset = u.kafka_offset
       from unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::bigint[]) as u (pos, kafka_offset, shard, epoch), ${relaxed}
      where o.pos = u.pos and o.pos = any($1::bigint[])
        and exists (select 1 from ${schema}.relay_lease as l where l.shard = u.shard and l.epoch = u.epoch)
      returning o.pos`,
    [
      sent.rows.map(({ pos }) => pos),
      sent.offsets.map(String),
      lease.map((held) => held?.shard),
      lease.map((held) => held?.epoch),
    ],
  )
  return marked.length === sent.rows.length
}

/**
 * Gives each row without one its number, gap-free from the last; a number once given is kept.
 *
 * One statement, durable when it is answered. The lease row is locked, so that an owner that lost the lease can give no number.
 *
 * @returns the numbers in the order of `rows`; `undefined` if the lease is lost
 */
export async function numberRows(
  sql: Sql,
  schema: string,
  rows: readonly OutboxRow[],
  lease: Lease,
): Promise<readonly string[] | undefined> {
  const fresh = rows.filter(({ number }) => number === null).map(({ pos }) => pos)
  const [held] = await sql.query<{ base: string }>(
    `with held as (
       update ${schema}.relay_lease set last_number = last_number + cardinality($1::bigint[])
        where shard = $2 and epoch = $3 returning last_number - cardinality($1::bigint[]) as base),
     numbered as (
       update ${schema}.outbox as o set number = held.base + u.ord
         from held, unnest($1::bigint[]) with ordinality as u (pos, ord)
        where o.pos = u.pos and o.pos = any($1::bigint[]))
     select base from held`,
    [fresh, lease.shard, lease.epoch],
  )
  if (!held) return undefined
  let last = BigInt(held.base)
  return rows.map(({ number }) => number ?? (last += 1n).toString())
}
