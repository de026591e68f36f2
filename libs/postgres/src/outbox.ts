import type { Sql } from './database.js'
import { packBytes } from './packed-bytes.js'

/** A message that its transaction sends: the relay publishes it after the commit, at least once, in order per shard. */
export interface OutboxMessage {
  readonly topic: string
  readonly partition: number
  /** Never personal data: keys outlive the keys of what they point to. */
  readonly key: Buffer
  readonly eventId: string
  readonly headers: Readonly<Record<string, string>>
  /** Sealed, where it holds personal data. */
  readonly value: Buffer
  /** Messages of one shard are published one after another; a child always has the same one. */
  readonly shard: number
}

/**
 * The tables of a transactional outbox, for a migration to create, with the grants of `role`.
 *
 * `xid` lets the relay stop before the oldest open transaction, since `pos` is taken before the commit. `number` is the
 * gap-free number of an access record, given by the relay. A row goes when every reader has it.
 */
export function outboxTables(schema: string, role: string): string[] {
  return [
    `create table ${schema}.outbox (
      pos bigint generated always as identity constraint outbox_pkey primary key,
      xid xid8 not null default pg_current_xact_id(),
      shard smallint not null,
      topic text not null,
      part smallint not null,
      key bytea not null,
      event_id uuid not null,
      headers jsonb not null,
      value bytea not null,
      number bigint,
      published_at timestamptz,
      kafka_offset bigint)`,
    // Sealed bytes do not shrink; large ones lie apart, so that numbering and marking a row does not copy them.
    `alter table ${schema}.outbox alter value set storage external`,
    `create index outbox_unpublished_idx on ${schema}.outbox (shard, pos) where published_at is null`,
    `create index outbox_published_idx on ${schema}.outbox (topic, pos) where published_at is not null`,
    `create table ${schema}.relay_lease (
      shard smallint constraint relay_lease_pkey primary key,
      epoch bigint not null default 0,
      holder text,
      expires_at timestamptz not null default '-infinity',
      last_number bigint not null default 0)`,
    `grant select, insert, delete, update (published_at, kafka_offset, number) on ${schema}.outbox to ${role}`,
    `grant select, insert, update on ${schema}.relay_lease to ${role}`,
  ]
}

/** Adds messages to the outbox of `schema` in the order given, with one statement, as part of the transaction `tx`. */
export async function addToOutbox(tx: Sql, schema: string, messages: readonly OutboxMessage[]): Promise<void> {
  if (messages.length === 0) return
  const bytes = packBytes(messages.map(({ key, value }) => Buffer.concat([key, value])))
  await tx.query(
    `insert into ${schema}.outbox (shard, topic, part, key, event_id, headers, value)
     select shard, topic, part, substr($7::bytea, start, key_length), event_id, headers,
            substr($7::bytea, start + key_length, length - key_length)
       from unnest($1::smallint[], $2::text[], $3::smallint[], $4::int[], $5::uuid[], $6::jsonb[], $8::int[], $9::int[])
         with ordinality as m (shard, topic, part, key_length, event_id, headers, start, length, ord)
      order by ord`,
    [
      messages.map((message) => message.shard),
      messages.map((message) => message.topic),
      messages.map((message) => message.partition),
      messages.map((message) => message.key.length),
      messages.map((message) => message.eventId),
      messages.map((message) => JSON.stringify(message.headers)),
      ...[bytes.bytes, bytes.starts, bytes.lengths],
    ],
  )
}
