import type { MigrationInterface, QueryRunner } from 'typeorm'

const role = 'waymark_identity'

/** What keeps the index in memory in step, what bulk loads and comparisons of lists leave behind, and the models that score. */
export class IndexBulkModels1795300004200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...feed, ...triggers, ...bulk, ...models, ...grants]) await runner.query(statement)
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('What was loaded and decided is not taken away'))
  }
}

const feed = [
  // A replica reads up to the oldest open transaction, in (xid, seq) order: no late commit is skipped.
  `create table identity.index_change (
    seq bigint generated always as identity,
    xid xid8 not null default pg_current_xact_id(),
    profile_id uuid not null,
    op text not null constraint index_change_op_check check (op in ('put', 'drop')),
    at timestamptz not null default now(),
    constraint index_change_pkey primary key (xid, seq))`,
  'create index index_change_at_idx on identity.index_change using brin (at)',
  'create index profile_child_idx on identity.profile (child_id)',
  // Where a replica finds a profile: among all, among those that only entitled callers may find, or nowhere.
  `create view identity.index_entry as
    select p.id as profile_id, p.child_id, p.sealed, p.key_id, p.normaliser, v.level is not null as is_hidden
      from identity.profile p join identity.child c on c.id = p.child_id and c.status <> 'withdrawn'
      left join identity.protection_v v on v.child_id = p.child_id`,
]

/** Whoever changes a profile, or who may find it, cannot forget to tell: the tables do. */
const triggers = [
  `create function identity.tell_profiles_put() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin
     insert into identity.index_change (profile_id, op) select id, 'put' from changed; return null; end $$`,
  `create function identity.tell_profiles_dropped() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin
     insert into identity.index_change (profile_id, op) select id, 'drop' from changed; return null; end $$`,
  `create function identity.tell_protected() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin
     insert into identity.index_change (profile_id, op)
       select p.id, 'put' from changed c join identity.profile p on p.child_id = c.child_id; return null; end $$`,
  `create function identity.tell_protection() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin
     insert into identity.index_change (profile_id, op)
       select p.id, 'put' from changed c join identity.protected_child d on d.protection_id = c.id
         join identity.profile p on p.child_id = d.child_id; return null; end $$`,
  `create function identity.tell_child() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin
     insert into identity.index_change (profile_id, op)
       select p.id, case when new.status = 'withdrawn' then 'drop' else 'put' end
         from identity.profile p where p.child_id = new.id; return null; end $$`,
  ...['insert', 'update'].map(
    (event) => `create trigger profile_${event}_tell after ${event} on identity.profile
      referencing new table as changed for each statement execute function identity.tell_profiles_put()`,
  ),
  `create trigger profile_delete_tell after delete on identity.profile
     referencing old table as changed for each statement execute function identity.tell_profiles_dropped()`,
  `create trigger protected_child_insert_tell after insert on identity.protected_child
     referencing new table as changed for each statement execute function identity.tell_protected()`,
  `create trigger protected_child_delete_tell after delete on identity.protected_child
     referencing old table as changed for each statement execute function identity.tell_protected()`,
  `create trigger protection_update_tell after update on identity.protection
     referencing new table as changed for each statement execute function identity.tell_protection()`,
  `create trigger child_withdrawn_tell after update of status on identity.child for each row
     when ((old.status = 'withdrawn') is distinct from (new.status = 'withdrawn')) execute function identity.tell_child()`,
]

const bulk = [
  `create table identity.bulk_load (
    id uuid constraint bulk_load_pkey primary key,
    agency_id text not null,
    client_id text not null,
    idempotency_key text,
    body_digest bytea not null,
    format text not null constraint bulk_load_format_check check (format in ('csv', 'ndjson')),
    caller bytea not null,
    caller_key_id uuid not null,
    state text not null default 'received'
      constraint bulk_load_state_check check (state in ('received', 'resolving', 'done')),
    is_broken boolean not null default false,
    received integer not null default 0,
    staged integer not null default 0,
    linked integer not null default 0,
    registered integer not null default 0,
    provisional integer not null default 0,
    known integer not null default 0,
    rejected integer not null default 0,
    done_sort bigint,
    done_line integer,
    holder uuid,
    held_until timestamptz,
    created_at timestamptz not null default now(),
    staged_at timestamptz,
    finished_at timestamptz,
    constraint bulk_load_agency_id_idempotency_key_key unique (agency_id, idempotency_key))`,
  `create index bulk_load_open_idx on identity.bulk_load (created_at) where state <> 'done'`,
  `create table identity.bulk_part (
    load_id uuid not null constraint bulk_part_load_fkey references identity.bulk_load,
    part integer not null,
    sealed bytea not null,
    key_id uuid not null,
    constraint bulk_part_pkey primary key (load_id, part))`,
  // Made anew from the parts if the server lost it.
  `create unlogged table identity.bulk_row (
    load_id uuid not null,
    sort bigint not null,
    line integer not null,
    sealed bytea not null,
    constraint bulk_row_pkey primary key (load_id, sort, line))`,
  `create table identity.bulk_rejected (
    load_id uuid not null constraint bulk_rejected_load_fkey references identity.bulk_load,
    line integer not null,
    code text not null,
    pointer text not null,
    constraint bulk_rejected_pkey primary key (load_id, line, pointer, code))`,
  `create table identity.failed_find (
    client_id text not null,
    hour timestamptz not null,
    finds integer not null,
    constraint failed_find_pkey primary key (client_id, hour))`,
]

const models = [
  `create table identity.model (
    hash text constraint model_pkey primary key,
    name text not null,
    normaliser text not null,
    parameters jsonb not null,
    status text not null constraint model_status_check check (status in ('draft', 'shadow', 'active', 'retired')),
    made_by text not null,
    made_at timestamptz not null default now(),
    proposed_by text,
    proposed_at timestamptz,
    approved_by text,
    activated_at timestamptz,
    constraint model_two_persons_check check (approved_by is null or approved_by <> proposed_by))`,
  `create unique index model_active_idx on identity.model ((true)) where status = 'active'`,
  `create unique index model_shadow_idx on identity.model ((true)) where status = 'shadow'`,
  `create table identity.model_flip (
    model_hash text not null constraint model_flip_model_fkey references identity.model,
    decision_id uuid not null,
    outcome text not null,
    shadow_outcome text not null,
    likeliest text not null,
    source text not null,
    other_source text not null,
    name_origin text not null,
    at timestamptz not null default now(),
    constraint model_flip_pkey primary key (model_hash, decision_id))`,
  `create table identity.model_shadowed (
    model_hash text not null constraint model_shadowed_model_fkey references identity.model,
    hour timestamptz not null,
    decisions bigint not null,
    constraint model_shadowed_pkey primary key (model_hash, hour))`,
  'alter table identity.decision add column inputs jsonb, add column signature text',
]

const grants = [
  `grant select, insert, delete on identity.index_change to ${role}`,
  `grant select on identity.index_entry to ${role}`,
  `grant select, insert on identity.bulk_load, identity.bulk_part, identity.bulk_row, identity.bulk_rejected,
     identity.failed_find, identity.model, identity.model_flip, identity.model_shadowed to ${role}`,
  `grant update (state, is_broken, received, staged, linked, registered, provisional, known, rejected, done_sort, done_line,
     holder, held_until, staged_at, finished_at) on identity.bulk_load to ${role}`,
  `grant delete on identity.bulk_part, identity.bulk_row, identity.failed_find, identity.bulk_rejected to ${role}`,
  `grant update (finds) on identity.failed_find to ${role}`,
  `grant update (status, proposed_by, proposed_at, approved_by, activated_at) on identity.model to ${role}`,
  `grant update (decisions) on identity.model_shadowed to ${role}`,
]
