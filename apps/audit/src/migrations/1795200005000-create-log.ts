import type { MigrationInterface, QueryRunner } from 'typeorm'
import { inboxTables, outboxTables } from '#libs/postgres'

const role = 'waymark_audit'

/** The access log: entries and tiles are only ever added, by grant as well as by intent. */
export class CreateLog1795200005000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...log, ...outboxTables('audit', role), ...inboxTables('audit', role)]) {
      await runner.query(statement)
    }
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('An access log is not taken away'))
  }
}

const log = [
  `create table audit.tree_head (
     is_only boolean primary key default true constraint tree_head_is_only_check check (is_only),
     size bigint not null)`,
  'insert into audit.tree_head (size) values (0)',
  `create table audit.entry (
     seq bigint constraint entry_pkey primary key,
     record_id uuid not null constraint entry_record_id_key unique,
     at timestamptz not null,
     service text not null,
     number bigint,
     kind text not null,
     purpose text,
     agency_id text,
     client_id text,
     child_index bytea,
     salt1 bytea not null,
     inner_hash bytea not null,
     commitment bytea not null,
     sealed_outer bytea not null,
     outer_key_id uuid not null,
     sealed_inner bytea not null,
     inner_key_id uuid not null) with (toast_tuple_target = 8160)`,
  // Sealed bytes do not shrink: kept as they are, in the row up to a page's size.
  'alter table audit.entry alter sealed_outer set storage external, alter sealed_inner set storage external',
  'create index entry_child_index_idx on audit.entry (child_index, seq)',
  'create index entry_service_number_idx on audit.entry (service, number)',
  `create table audit.tile (
     level smallint not null,
     idx bigint not null,
     width smallint not null,
     data bytea not null,
     constraint tile_pkey primary key (level, idx, width))`,
  'alter table audit.tile alter data set storage external',
  `create table audit.checkpoint (
     size bigint constraint checkpoint_pkey primary key,
     note text not null,
     signed_at timestamptz not null default now())`,
  `create table audit.published (
     size bigint constraint published_pkey primary key,
     note text not null,
     published_at timestamptz not null default now())`,
  // A wider tile begins with the narrower one, so the narrower is no longer needed. No role may delete any other row.
  `create function audit.sweep_tiles() returns bigint language sql security definer set search_path = audit as $$
     with gone as (
       delete from audit.tile t
        where t.width < 256
          and exists (select 1 from audit.tile w where w.level = t.level and w.idx = t.idx and w.width > t.width)
       returning 1)
     select count(*) from gone $$`,
  'revoke all on function audit.sweep_tiles() from public',
  `grant execute on function audit.sweep_tiles() to ${role}`,
  `grant select, insert on audit.entry, audit.tile, audit.checkpoint, audit.published to ${role}`,
  `grant select, update on audit.tree_head to ${role}`,
]
