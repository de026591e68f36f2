import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { newId } from '#libs/postgres'
import { closedLoop } from './load.js'
import { until } from './until.js'

/** What one accepted event leaves in the database, copied from the hub's own tables. */
interface SampleRows {
  readonly receipt: string
  readonly type: string
  readonly bodyDigest: string
  readonly sealed: Buffer
  readonly eventHeaders: string
  readonly key: Buffer
  readonly recordHeaders: string
  readonly recordKey: Buffer
  readonly record: Buffer
}

interface OutboxSample {
  readonly headers: object
  readonly key: Buffer
  readonly value: Buffer
}

const tables = [
  'drop schema if exists bench cascade',
  'create schema bench',
  'create table bench.event (like exchange.event including all) partition by hash (source)',
  ...Array.from(
    { length: 8 },
    (_, n) =>
      `create table bench.event_${String(n)} partition of bench.event for values with (modulus 8, remainder ${String(n)})`,
  ),
  'create table bench.event_body (like exchange.event_body including all)',
  'create table bench.outbox (like exchange.outbox including all)',
]

const insert = `
with i as (select * from unnest($1::text[], $2::uuid[], $3::uuid[], $4::uuid[]) as i (sid, event_id, child, record_id)),
e as (
  insert into bench.event (source, source_event_id, event_id, body_digest, type, child, stream, state, agreement_id, receipt, accepted_at)
  select 'larkhill-primary', sid, event_id, $5, $6, child, child, 'accepted', 'dsa-bench', $7, now() from i),
b as (insert into bench.event_body (event_id, key_id, sealed) select event_id, child, $8 from i),
o as (
  insert into bench.outbox (shard, topic, part, key, event_id, headers, value)
  select 0, 'waymark.record-events.v1', 0, $9, event_id, $10::jsonb, $8 from i)
insert into bench.outbox (shard, topic, part, key, event_id, headers, value)
select 0, 'waymark.access-records.v1', 0, $11, record_id, $12::jsonb, $13 from i`

/**
 * The ceiling of durable posts (R1): the rows an accepted event leaves (event, body, message, access record), inserted by
 * one prepared statement a transaction over `pg`, into tables with the same columns, partitions and indexes of the same
 * server. No check, no seal, no order per child: what PostgreSQL and this machine can do at most.
 */
export class RawCommits {
  private constructor(
    private readonly url: string,
    private readonly rows: SampleRows,
  ) {}

  /** @param work - posts events meanwhile, so that there are rows to copy */
  static async prepare(url: string, work: () => Promise<unknown>): Promise<RawCommits> {
    const client = new pg.Client(url)
    await client.connect()
    try {
      for (const statement of tables) await client.query(statement)
      const [rows] = await Promise.all([sampleRows(client), work()])
      return new RawCommits(url, rows)
    } finally {
      await client.end()
    }
  }

  /** @returns events a second */
  async perSecond(load: { connections: number; eventsEach: number; seconds: number }): Promise<number> {
    const pool = new pg.Pool({ connectionString: this.url, max: load.connections })
    try {
      const write = async () => {
        await pool.query({ name: 'raw', text: insert, values: this.values(load.eventsEach) })
      }
      await Promise.all(Array.from({ length: load.connections }, write))
      const { perSecond } = await closedLoop(load.connections, load.seconds, write)
      await pool.query('truncate bench.event, bench.event_body, bench.outbox')
      return perSecond * load.eventsEach
    } finally {
      await pool.end()
    }
  }

  private values(count: number): unknown[] {
    const { bodyDigest, type, receipt, sealed, key, eventHeaders, recordKey, recordHeaders, record } = this.rows
    const ids = (of: () => string) => Array.from({ length: count }, of)
    return [
      ids(() => `bench-${randomUUID()}`),
      ids(newId),
      ids(randomUUID),
      ids(newId),
      ...[bodyDigest, type, receipt, sealed, key, eventHeaders, recordKey, recordHeaders, record],
    ]
  }
}

/** Rows leave the outbox when all have read them, so they are looked for while events arrive. */
async function sampleRows(client: pg.Client): Promise<SampleRows> {
  const [event, record] = await Promise.all(
    ['waymark.record-events.v1', 'waymark.access-records.v1'].map((topic) => seen(client, topic)),
  )
  const { rows } = await client.query<Pick<SampleRows, 'receipt' | 'type' | 'bodyDigest' | 'sealed'>>(
    `select receipt, type, body_digest as "bodyDigest", sealed from exchange.event join exchange.event_body using (event_id)
      where receipt is not null order by event_id desc limit 1`,
  )
  const [stored] = rows
  if (!event || !record || !stored) throw new Error('No rows of an accepted event were seen')
  return {
    ...stored,
    eventHeaders: JSON.stringify(event.headers),
    key: event.key,
    recordHeaders: JSON.stringify(record.headers),
    recordKey: record.key,
    record: record.value,
  }
}

async function seen(client: pg.Client, topic: string): Promise<OutboxSample | undefined> {
  let sample: OutboxSample | undefined
  const isSeen = async () => {
    const { rows } = await client.query<OutboxSample>(
      'select headers, key, value from exchange.outbox where topic = $1 limit 1',
      [topic],
    )
    sample = rows[0]
    return sample !== undefined
  }
  await until(isSeen, { mostMs: 30_000, everyMs: 5 })
  return sample
}
