import type { MigrationInterface, QueryRunner } from 'typeorm'

const role = 'waymark_identity'
const owner = 'waymark_vault'

/** Children that stale records of sealed identities registered, and the way back for two guardians. */
export class StaleChildren1795400002200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement)
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('What is sealed stays sealed'))
  }
}

const statements = [
  // By them an agency that sends a stale record twice is answered as of an unknown child: with the same identifier.
  `create table identity.stale_child (
    child_id uuid constraint stale_child_pkey primary key constraint stale_child_child_fkey references identity.child)`,
  `grant select, insert on identity.stale_child to ${role}`,
  // Two sealed identities may share a name and a day of birth: what one of them leaves stays as long as the other does.
  'alter table vault.tombstone add column buried integer not null default 1',
  `create or replace function vault.bury(macs bytea[], pair text) returns void
     language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin
       insert into vault.tombstone as t (mac) select distinct m from unnest(macs) m order by 1
         on conflict (mac) do update set buried = t.buried + 1;
       if pair is not null then insert into vault.seal (pair) values (pair); end if;
     end $$`,
  `create function vault.exhume(macs bytea[]) returns void
     language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin
       update vault.tombstone t set buried = t.buried - 1 where t.mac = any(macs);
       delete from vault.tombstone t where t.mac = any(macs) and t.buried <= 0;
     end $$`,
  `grant create on schema vault to ${owner}`,
  `alter function vault.exhume(bytea[]) owner to ${owner}`,
  `revoke create on schema vault from ${owner}`,
  'revoke all on function vault.exhume(bytea[]) from public',
  `grant execute on function vault.exhume(bytea[]) to ${role}`,
]
