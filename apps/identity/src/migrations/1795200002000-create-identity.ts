import type { MigrationInterface, QueryRunner } from 'typeorm'
import { outboxTables } from '#libs/postgres'

const role = 'waymark_identity'
const readers = 'waymark_exchange, waymark_safeguarding, waymark_audit'

/** Children, the records that speak of them, and how the two were joined. */
export class CreateIdentity1795200002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...tables, ...indexes, ...doors, ...outboxTables('identity', role), ...grants]) {
      await runner.query(statement)
    }
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('Children are not taken away'))
  }
}

const tables = [
  // Every child has a row; only one with enough evidence has a UCI. `version` counts what others must notice.
  `create table identity.child (
    id uuid constraint child_pkey primary key,
    uci text constraint child_uci_key unique,
    status text not null constraint child_status_check check (status in ('active', 'provisional', 'withdrawn')),
    version integer not null default 1,
    core bytea,
    core_key_id uuid,
    core_recorded_at timestamptz,
    created_at timestamptz not null default now(),
    constraint child_uci_check check (uci is null or uci ~ '^[0-9BCDFGHJKMNPQRTVWXYZ]{10}$'))`,
  // One row per record of a source; its name is a keyed hash, since a local number is personal data too.
  `create table identity.source_record (
    id uuid constraint source_record_pkey primary key,
    record_key bytea not null constraint source_record_record_key_key unique,
    source text not null,
    content_hash bytea not null,
    recorded_at timestamptz not null,
    created_at timestamptz not null default now())`,
  `create table identity.profile (
    id uuid constraint profile_pkey primary key,
    child_id uuid not null constraint profile_child_fkey references identity.child,
    digest bytea not null,
    normaliser text not null,
    sealed bytea not null,
    key_id uuid not null,
    created_at timestamptz not null default now(),
    constraint profile_digest_key unique (child_id, digest))`,
  `create table identity.record_version (
    source_record_id uuid not null constraint record_version_source_record_fkey references identity.source_record,
    content_hash bytea not null,
    recorded_at timestamptz not null,
    is_event boolean not null,
    sealed bytea not null,
    key_id uuid not null,
    profile_id uuid constraint record_version_profile_fkey references identity.profile,
    decision_id uuid not null,
    created_at timestamptz not null default now(),
    constraint record_version_pkey primary key (source_record_id, content_hash))`,
  `create table identity.identifier (
    id uuid constraint identifier_pkey primary key,
    child_id uuid not null constraint identifier_child_fkey references identity.child,
    system text not null,
    blind_index bytea not null,
    sealed bytea not null,
    key_id uuid not null,
    status text not null constraint identifier_status_check check (status in ('current', 'former', 'disputed')),
    verified_by text,
    verified_at timestamptz,
    created_at timestamptz not null default now(),
    constraint identifier_once_key unique (child_id, system, blind_index))`,
  // Levels and milli-bits, never values; append-only.
  `create table identity.decision (
    id uuid constraint decision_pkey primary key,
    outcome text not null constraint decision_outcome_check check (outcome in ('link', 'register', 'review')),
    explanation jsonb not null,
    decided_at timestamptz not null default now())`,
  // Closed and replaced, never updated otherwise; one open link a record.
  `create table identity.link (
    id uuid constraint link_pkey primary key,
    source_record_id uuid not null constraint link_source_record_fkey references identity.source_record,
    child_id uuid not null constraint link_child_fkey references identity.child,
    decision_id uuid not null constraint link_decision_fkey references identity.decision,
    valid_from timestamptz not null default now(),
    valid_to timestamptz)`,
  `create table identity.review (
    id uuid constraint review_pkey primary key,
    kind text not null constraint review_kind_check check (kind in ('possible-match', 'split', 'guardian')),
    state text not null default 'open' constraint review_state_check check (state in ('open')),
    child_id uuid not null constraint review_child_fkey references identity.child,
    other_ids uuid[] not null,
    decision_id uuid not null constraint review_decision_fkey references identity.decision,
    opened_at timestamptz not null default now())`,
  `create table identity.redirect (
    old_uci text constraint redirect_pkey primary key,
    child_id uuid not null constraint redirect_child_fkey references identity.child,
    kind text not null constraint redirect_kind_check check (kind in ('supersede', 'merge')),
    created_at timestamptz not null default now())`,
  `create table identity.block_key (
    key bigint not null,
    profile_id uuid not null constraint block_key_profile_fkey references identity.profile on delete cascade,
    constraint block_key_pkey primary key (key, profile_id))`,
  `create table identity.protection (
    id uuid constraint protection_pkey primary key,
    level text not null constraint protection_level_check check (level in ('location-hidden', 'existence-hidden')),
    reason bytea not null,
    reason_key_id uuid not null,
    review_on date not null,
    set_by text not null,
    set_at timestamptz not null default now(),
    lift_asked_by text,
    lift_asked_at timestamptz,
    lift_reason bytea,
    lifted_by text,
    lifted_at timestamptz,
    constraint protection_two_persons_check check (lifted_by is null or lifted_by <> lift_asked_by))`,
  // The children a protection covers: the one it was set for, and whoever was registered apart because of it.
  `create table identity.protected_child (
    protection_id uuid not null constraint protected_child_protection_fkey references identity.protection,
    child_id uuid not null constraint protected_child_child_fkey references identity.child,
    is_inherited boolean not null default false,
    constraint protected_child_pkey primary key (protection_id, child_id))`,
]

const indexes = [
  'create unique index link_open_idx on identity.link (source_record_id) where valid_to is null',
  'create index link_child_idx on identity.link (child_id) where valid_to is null',
  'create index identifier_blind_index_idx on identity.identifier (blind_index)',
  "create index review_child_idx on identity.review (child_id) where state = 'open'",
  "create index review_open_idx on identity.review (id) where state = 'open'",
  'create index protected_child_child_idx on identity.protected_child (child_id)',
]

const doors = [
  `create view identity.child_v as select id as child_id, uci, status from identity.child where status <> 'withdrawn'`,
  `create view identity.protection_v as
    select c.child_id, case when bool_or(p.level = 'existence-hidden') then 'existence-hidden' else 'location-hidden' end as level
      from identity.protected_child c join identity.protection p on p.id = c.protection_id
     where p.lifted_at is null group by c.child_id`,
  `create function identity.child_of_uci(asked text)
    returns table (child_id uuid, uci text, status text, requested_as text)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
      select c.id, c.uci, c.status, null::text from identity.child c
       where c.uci = upper(translate(asked, '- ', '')) and c.status <> 'withdrawn'
      union all
      select c.id, c.uci, c.status, r.old_uci from identity.redirect r join identity.child c on c.id = r.child_id
       where r.old_uci = upper(translate(asked, '- ', '')) and c.status <> 'withdrawn'
    $$`,
  'revoke all on function identity.child_of_uci(text) from public',
  `grant execute on function identity.child_of_uci(text) to ${readers}, ${role}`,
  `grant select on identity.child_v, identity.protection_v to ${readers}, ${role}`,
]

const grants = [
  `grant select, insert on identity.child, identity.source_record, identity.profile, identity.record_version,
     identity.identifier, identity.decision, identity.link, identity.review, identity.redirect, identity.block_key,
     identity.protection, identity.protected_child to ${role}`,
  `grant update (uci, status, version, core, core_key_id, core_recorded_at) on identity.child to ${role}`,
  `grant update (content_hash, recorded_at) on identity.source_record to ${role}`,
  `grant update (status, verified_by, verified_at) on identity.identifier to ${role}`,
  `grant update (valid_to) on identity.link to ${role}`,
  `grant update (lift_asked_by, lift_asked_at, lift_reason, lifted_by, lifted_at) on identity.protection to ${role}`,
]
