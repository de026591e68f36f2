import type { MigrationInterface, QueryRunner } from 'typeorm'

const role = 'waymark_identity'
const owner = 'waymark_vault'

/**
 * Sealed successions. The tables belong to a role that nobody logs in as: this program may ask whether hashes are there and
 * bury new ones, by two functions, and read nothing. No row has a time, a person or a child.
 */
export class Vault1795300004300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...vault, ...requests]) await runner.query(statement)
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('What is sealed stays sealed'))
  }
}

const vault = [
  `do $$ begin
     if not exists (select 1 from pg_catalog.pg_roles where rolname = '${owner}') then create role ${owner} nologin; end if;
   exception when duplicate_object or unique_violation then null; end $$`,
  'create schema vault',
  'revoke all on schema vault from public',
  // Keyed hashes of identifiers, names and record ids that no longer name anybody.
  'create table vault.tombstone (mac bytea constraint tombstone_pkey primary key)',
  // Who became whom, for the guardian desk's private key alone.
  'create table vault.seal (id uuid constraint seal_pkey primary key default gen_random_uuid(), pair text not null)',
  `create function vault.among(asked bytea[]) returns setof bytea
     language sql stable security definer set search_path = pg_catalog, pg_temp as $$
       select t.mac from vault.tombstone t where t.mac = any(asked) $$`,
  `create function vault.bury(macs bytea[], pair text) returns void
     language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin
       insert into vault.tombstone (mac) select m from unnest(macs) m order by 1 on conflict do nothing;
       if pair is not null then insert into vault.seal (pair) values (pair); end if;
     end $$`,
  `grant usage, create on schema vault to ${owner}`,
  ...[
    'table vault.tombstone',
    'table vault.seal',
    'function vault.among(bytea[])',
    'function vault.bury(bytea[], text)',
  ].map((thing) => `alter ${thing} owner to ${owner}`),
  `revoke create on schema vault from ${owner}`,
  'revoke all on function vault.among(bytea[]), vault.bury(bytea[], text) from public',
  `grant usage on schema vault to ${role}`,
  `grant execute on function vault.among(bytea[]), vault.bury(bytea[], text) to ${role}`,
]

const requests = [
  // Until a second guardian agrees; then it is gone.
  `create table identity.seal_request (
    id uuid constraint seal_request_pkey primary key,
    child_id uuid not null constraint seal_request_child_fkey references identity.child,
    pair text,
    reason bytea not null,
    reason_key_id uuid not null,
    review_on date not null,
    asked_by text not null,
    asked_at timestamptz not null default now())`,
  // A closed child is told of like any other, at a time that says nothing.
  `create table identity.closed_child (
    child_id uuid constraint closed_child_pkey primary key constraint closed_child_child_fkey references identity.child,
    tell_at timestamptz not null)`,
  `grant select, insert, delete on identity.seal_request, identity.closed_child to ${role}`,
  `grant update (record_key) on identity.source_record to ${role}`,
]
