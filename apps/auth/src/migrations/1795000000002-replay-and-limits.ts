import { outboxTables, programRole } from '#libs/postgres'
import type { MigrationInterface, QueryRunner } from 'typeorm'

const auth = programRole('auth')
const doors = [auth, programRole('gateway')].join(', ')

/**
 * What must be counted once for all processes: assertions and proofs already seen, requests, different children asked for;
 * and the outbox of refusals. The gateway may only execute the functions.
 */
export class ReplayAndLimits1795000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...tables, ...functions, ...grants]) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop function auth.record_refusal(jsonb), auth.take_distinct(text, bytea, int, int), auth.take(text, int, int), ' +
        'auth.claim_once(text, bytea, timestamptz); ' +
        'drop table auth.relay_lease, auth.outbox, auth.distinct_item, auth.rate, auth.replay',
    )
  }
}

const tables = [
  `create table auth.replay (
    issuer text not null,
    digest bytea not null,
    expires_at timestamptz not null,
    constraint replay_pkey primary key (issuer, digest))`,
  'create index replay_expires_idx on auth.replay (expires_at)',
  `create table auth.rate (
    bucket text constraint rate_pkey primary key,
    full_at timestamptz not null)`,
  'create index rate_full_idx on auth.rate (full_at)',
  `create table auth.distinct_item (
    scope text not null,
    item bytea not null,
    seen_at timestamptz not null,
    constraint distinct_item_pkey primary key (scope, item))`,
  'create index distinct_item_seen_idx on auth.distinct_item (scope, seen_at)',
  ...outboxTables('auth', auth),
]

const header = 'security definer set search_path = pg_catalog, pg_temp'

const functions = [
  // One statement: of racing callers exactly one inserts. A look before the insert would let both through.
  `create function auth.claim_once(claimed_issuer text, claimed_digest bytea, expires timestamptz) returns boolean
    language sql volatile ${header} as $$
      with claimed as (
        insert into auth.replay (issuer, digest, expires_at) values (claimed_issuer, claimed_digest, expires)
        on conflict do nothing returning 1)
      select exists (select from claimed)
    $$`,
  // A leaky bucket kept as one instant: when it is full again. \`max\` at once, then one every window / max.
  `create function auth.take(taken_bucket text, max int, window_seconds int) returns table (allowed boolean, retry_after int)
    language plpgsql volatile ${header} as $$
    declare
      at timestamptz;
      whole interval := make_interval(secs => window_seconds);
      one interval := make_interval(secs => window_seconds::float8 / max);
      full_then timestamptz;
    begin
      insert into auth.rate (bucket, full_at) values (taken_bucket, '-infinity') on conflict do nothing;
      select r.full_at into full_then from auth.rate r where r.bucket = taken_bucket for update;
      -- Read once the row is held: a clock read before the wait would refuse whoever came early and waited longest.
      at := clock_timestamp();
      full_then := greatest(full_then, at) + one;
      if full_then <= at + whole then
        update auth.rate r set full_at = full_then where r.bucket = taken_bucket;
        return query select true, 0;
      else
        return query select false, greatest(1, ceil(extract(epoch from full_then - whole - at)))::int;
      end if;
    end $$`,
  // An item seen within the window costs nothing; a new one is counted under a lock, so that racing ones cannot pass together.
  `create function auth.take_distinct(asked_scope text, asked_item bytea, max int, window_seconds int)
    returns table (allowed boolean, retry_after int) language plpgsql volatile ${header} as $$
    declare
      since timestamptz := clock_timestamp() - make_interval(secs => window_seconds);
      seen int;
      oldest timestamptz;
    begin
      perform from auth.distinct_item d where d.scope = asked_scope and d.item = asked_item and d.seen_at > since;
      if found then
        return query select true, 0;
        return;
      end if;
      perform pg_advisory_xact_lock(hashtextextended('auth.distinct ' || asked_scope, 0));
      select count(*), min(d.seen_at) into seen, oldest from auth.distinct_item d
        where d.scope = asked_scope and d.seen_at > since and d.item <> asked_item;
      if seen >= max then
        return query select false, greatest(1, ceil(extract(epoch from oldest - since)))::int;
        return;
      end if;
      insert into auth.distinct_item as d (scope, item, seen_at) values (asked_scope, asked_item, clock_timestamp())
        on conflict on constraint distinct_item_pkey do update set seen_at = excluded.seen_at where d.seen_at <= since;
      return query select true, 0;
    end $$`,
  `create function auth.record_refusal(message jsonb) returns void language sql volatile ${header} as $$
      insert into auth.outbox (shard, topic, part, key, event_id, headers, value)
      select 0, 'waymark.access-records.v1', (message ->> 'partition')::smallint, decode(message ->> 'key', 'base64'),
             (message ->> 'record_id')::uuid, message -> 'headers', decode(message ->> 'value', 'base64')
    $$`,
]

const names =
  'auth.claim_once(text, bytea, timestamptz), auth.take(text, int, int), auth.take_distinct(text, bytea, int, int), auth.record_refusal(jsonb)'

const grants = [
  `revoke all on function ${names} from public`,
  `grant execute on function ${names} to ${doors}`,
  // Only what has expired may go, and only \`auth\` takes it away.
  `grant select (expires_at), delete on auth.replay to ${auth}`,
  `grant select (full_at), delete on auth.rate to ${auth}`,
  `grant select (seen_at), delete on auth.distinct_item to ${auth}`,
]
