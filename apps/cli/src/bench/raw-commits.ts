import { randomBytes, randomUUID } from 'node:crypto'
import pg from 'pg'
import { newId } from '#libs/postgres'
import { closedLoop } from './load.js'
import { until } from './until.js'

/** What one accepted event leaves in the database, copied from the hub's own tables. */
interface SampleRows {
  readonly receipt: string
  readonly type: string
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

/** Copies of the hub's tables: the same columns, partitions, indexes and storage. */
const tables = [
  'drop schema if exists bench cascade',
  'create schema bench',
  'create table bench.event (like exchange.event including all) partition by hash (source)',
  ...Array.from(
    { length: 8 },
    (_, n) =>
      `create table bench.event_${String(n)} partition of bench.event for values with (modulus 8, remainder ${String(n)})`,
  ),
  'create table bench.event_body (like exchange.event_body including all) partition by range (event_id)',
  `do $$
  declare part record;
  begin
    for part in select c.relname, pg_get_expr(c.relpartbound, c.oid) as bound from pg_inherits i
      join pg_class c on c.oid = i.inhrelid where i.inhparent = 'exchange.event_body'::regclass loop
      execute format('create table bench.%I partition of bench.event_body %s', part.relname, part.bound);
    end loop;
  end $$`,
  'create table bench.child_stream (like exchange.child_stream including all)',
  'create table bench.outbox (like exchange.outbox including all)',
]

/** As acceptance writes: a list a column, and all bytes in one value. */
const insert = `
with i as (
  select sid, event_id, child, record_id, digest, receipt, headers, record_headers,
      substr($9::bytea, at, sealed_length) as sealed, substr($9::bytea, at + sealed_length, 32) as lane,
      substr($9::bytea, at + sealed_length + 32, 16) as record_key,
      substr($9::bytea, at + sealed_length + 48, record_length) as record
    from unnest($1::text[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::jsonb[], $8::jsonb[],
      $10::int[], $11::int[], $12::int[])
      as i (sid, event_id, child, record_id, digest, receipt, headers, record_headers, at, sealed_length, record_length)),
e as (
  insert into bench.event (source, source_event_id, event_id, body_digest, type, child, stream, state, agreement_id, receipt, accepted_at)
  select 'larkhill-primary', sid, event_id, digest, $13, child, child, 'accepted', 'dsa-bench', receipt, now() from i),
b as (insert into bench.event_body (event_id, key_id, sealed) select event_id, child, sealed from i),
s as (
  insert into bench.child_stream as c (stream, last_seq) select child, count(*) from i group by child order by child
  on conflict (stream) do update set last_seq = c.last_seq + excluded.last_seq),
o as (
  insert into bench.outbox (shard, topic, part, key, event_id, headers, value)
  select 0, 'waymark.record-events.v1', 0, lane, event_id, headers, sealed from i)
insert into bench.outbox (shard, topic, part, key, event_id, headers, value)
select 0, 'waymark.access-records.v1', 0, record_key, record_id, record_headers, record from i`

const streams = 4_000
const poolBytes = 2 ** 20

/** How the ceiling is measured. */
interface RawLoad {
  readonly connections: number
  readonly eventsEach: number
  readonly warmUpSeconds: number
  readonly seconds: number
}

/**
 * The ceiling of durable posts (R1): the rows an accepted event leaves (event, body, the child's place, message, access
 * record), of the same sizes and each with bytes of its own, inserted by one prepared statement a transaction over `pg`,
 * into tables with the same columns, partitions, indexes and storage of the same server. No check, no question, no seal, no
 * lock on an agreement: what PostgreSQL and this machine can do at most.
 */
export class RawCommits {
  private readonly children = Array.from({ length: streams }, () => randomUUID())
  private readonly pool = randomBytes(poolBytes)
  private used = 0

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
  async perSecond(load: RawLoad): Promise<number> {
    const pool = new pg.Pool({ connectionString: this.url, max: load.connections })
    try {
      const write = async () => {
        await pool.query({ name: 'raw', text: insert, values: this.values(load.eventsEach) })
      }
      await closedLoop(load.connections, load.warmUpSeconds, write)
      const { perSecond } = await closedLoop(load.connections, load.seconds, write)
      await pool.query('truncate bench.event, bench.event_body, bench.outbox, bench.child_stream')
      return perSecond * load.eventsEach
    } finally {
      await pool.end()
    }
  }

  private values(count: number): unknown[] {
    const { type, receipt, eventHeaders, recordHeaders, sealed, key, recordKey, record } = this.rows
    const each = <T>(of: () => T) => Array.from({ length: count }, of)
    const size = sealed.length + key.length + recordKey.length + record.length
    return [
      each(() => `bench-${randomUUID()}`),
      each(newId),
      each(() => this.children[Math.floor(Math.random() * streams)]),
      each(newId),
      each(() => `sha-256=:${this.bytes(32).toString('base64')}:`),
      ...[receipt, eventHeaders, recordHeaders].map((text) => each(() => text)),
      Buffer.concat(each(() => this.bytes(size))),
      Array.from({ length: count }, (_, n) => 1 + n * size),
      each(() => sealed.length),
      each(() => record.length),
      type,
    ]
  }

  /** Bytes of one event's own, as ciphertext is. */
  private bytes(size: number): Buffer {
    const { pool } = this
    if (this.used + size > pool.length) this.used = 0
    this.used += size
    return pool.subarray(this.used - size, this.used)
  }
}

/** Rows leave the outbox when all have read them, so they are looked for while events arrive. */
async function sampleRows(client: pg.Client): Promise<SampleRows> {
  const [event, record] = await Promise.all(
    ['waymark.record-events.v1', 'waymark.access-records.v1'].map((topic) => seen(client, topic)),
  )
  const { rows } = await client.query<Pick<SampleRows, 'receipt' | 'type' | 'sealed'>>(
    `select receipt, type, sealed from exchange.event join exchange.event_body using (event_id)
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
