import { inboxTables, outboxTables } from '#libs/postgres'
import type { MigrationInterface, QueryRunner } from 'typeorm'

const partitions = 8
const months = 36

/**
 * What was accepted. `source` is the poster's agency id; it and the poster's own id are unique for ever.
 *
 * `child` is null where the identifier was withheld from matching, or is not known yet; `stream` is what the event is
 * ordered by: the child, or a stream of its own; null until an event that waits for its child, or its time, is released.
 */
const event = [
  `create table exchange.event (
    source text not null,
    source_event_id text not null,
    event_id uuid not null,
    body_digest text not null,
    type text not null,
    child uuid,
    stream uuid,
    state text not null,
    release_at timestamptz,
    agreement_id text,
    receipt text,
    accepted_at timestamptz not null,
    basis_version integer not null default 1,
    withdrawn_at timestamptz,
    withdrawn_by uuid,
    withdrawn_because text,
    constraint event_pkey primary key (source, source_event_id),
    constraint event_state_check check (state in ('accepted', 'held', 'awaiting-identity')),
    constraint event_stream_check check ((stream is null) = (state <> 'accepted')),
    constraint event_withdrawn_because_check check (withdrawn_because in ('basis-withdrawn', 'corrected')),
    constraint event_withdrawn_check check ((withdrawn_at is null) = (withdrawn_because is null)))
    partition by hash (source)`,
  ...Array.from(
    { length: partitions },
    (_, n) =>
      `create table exchange.event_${String(n)} partition of exchange.event for values with (modulus ${String(partitions)}, remainder ${String(n)})`,
  ),
  'create index event_event_id_idx on exchange.event (event_id, source)',
  'create index event_child_idx on exchange.event (child) where child is not null',
  `create index event_waiting_idx on exchange.event (event_id) where state <> 'accepted'`,
  'create index event_agreement_idx on exchange.event (agreement_id, event_id)',
  `create table exchange.child_stream (
    stream uuid constraint child_stream_pkey primary key,
    last_seq bigint not null)`,
]

/**
 * The sealed bodies, a partition a month, so that retention drops partitions instead of deleting rows. Event ids are
 * UUIDs of version 7, whose first 48 bits are milliseconds: a month is a range of ids.
 */
const body = [
  `create table exchange.event_body (
    event_id uuid constraint event_body_pkey primary key,
    key_id uuid not null,
    sealed bytea not null)
    partition by range (event_id)`,
  'create table exchange.event_body_other partition of exchange.event_body default',
  `create function exchange.first_id_of(month timestamptz) returns uuid language sql immutable as $$
    select (lpad(to_hex((extract(epoch from month) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid $$`,
  `do $$
  declare month timestamptz := date_trunc('month', now());
  begin
    for n in 0 .. ${String(months)} loop
      execute format('create table exchange.event_body_%s partition of exchange.event_body for values from (%L) to (%L)',
        to_char(month, 'YYYYMM'), exchange.first_id_of(month), exchange.first_id_of(month + interval '1 month'));
      month := month + interval '1 month';
    end loop;
  end $$`,
]

const grants = [
  `grant select, insert, update (child, stream, state, release_at, basis_version, withdrawn_at, withdrawn_by, withdrawn_because)
     on exchange.event to waymark_exchange`,
  'grant select, insert, update on exchange.child_stream to waymark_exchange',
  'grant select, insert, update (key_id, sealed) on exchange.event_body to waymark_exchange',
]

export class Events1795325400001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const role = 'waymark_exchange'
    const statements = [
      ...event,
      ...body,
      ...outboxTables('exchange', role),
      ...inboxTables('exchange', role),
      ...grants,
    ]
    for (const statement of statements) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop view exchange.inbox_seen, exchange.reader_progress')
    await runner.query(`drop table exchange.event, exchange.event_body, exchange.child_stream, exchange.outbox, exchange.relay_lease,
      exchange.consumer_offset, exchange.lane_progress, exchange.inbox, exchange.parked_subject, exchange.parked_event`)
    await runner.query('drop function exchange.first_id_of(timestamptz)')
  }
}
