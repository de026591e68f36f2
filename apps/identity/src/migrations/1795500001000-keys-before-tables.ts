import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * What is asked for every record, written so that each row is found by its key whatever the planner believes. Plans are kept,
 * and one that was made while the tables were empty would go on reading whole indexes when a million children are there:
 * a lateral sub-select with a limit can only be run for each row by itself.
 */
export class KeysBeforeTables1795500001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...lookups, ...triggers]) await runner.query(statement)
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('Functions that programs call are not taken away'))
  }
}

const lookups = [
  `create or replace function identity.touched_by(locks bigint[], record_keys bytea[], keys bigint[], ucis text[])
    returns table (child_id uuid, profile_id uuid, key bigint)
    language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
    #variable_conflict use_column
    begin
      perform pg_advisory_xact_lock(k) from unnest(locks) as k;
      return query
        select l.child_id, null::uuid, null::bigint from unnest(record_keys) as k (record_key)
         cross join lateral (select s.id from identity.source_record s where s.record_key = k.record_key limit 1) s
         cross join lateral (select o.child_id from identity.link o where o.source_record_id = s.id and o.valid_to is null limit 1) l
        union all
        select p.child_id, b.profile_id, k.key from unnest(keys) as k (key)
         cross join lateral (select e.profile_id from identity.block_key e where e.key = k.key offset 0) b
         cross join lateral (select f.child_id from identity.profile f where f.id = b.profile_id limit 1) p
        union all
        select u.child_id, null, null from unnest(ucis) as k (uci) cross join lateral identity.child_of_uci(k.uci) u;
    end $$`,
  `create or replace function identity.children_for(ids uuid[], agencies text[], is_locking boolean)
    returns table (id uuid, uci text, status text, version integer, level text, entitled text[], profile_id uuid, digest bytea,
                   sealed bytea, key_id uuid)
    language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
    #variable_conflict use_column
    begin
      if is_locking then
        perform 1 from (select c.id from identity.child c where c.id = any(ids) order by c.id for no key update) as locked;
      end if;
      return query
        select c.id, c.uci, c.status, c.version, v.level,
               case when v.level is not null then array(
                 select s.source from identity.link l
                  cross join lateral (select r.source from identity.source_record r where r.id = l.source_record_id limit 1) s
                  where l.valid_to is null and l.child_id = c.id and s.source = any(agencies)
                    and (v.level = 'location-hidden' or not exists (
                      select 1 from identity.protected_child g join identity.protection t on t.id = g.protection_id
                         and t.lifted_at is null where g.child_id = c.id and not g.is_inherited))
                 union select i.agency_id from safeguarding.involvement_v i
                  where v.level = 'location-hidden' and i.child_id = c.id and i.agency_id = any(agencies)
                    and (i.until is null or i.until > now())) end,
               p.id, p.digest, p.sealed, p.key_id
          from identity.child c
          left join lateral (select w.level from identity.protection_v w where w.child_id = c.id limit 1) v on true
          left join lateral (select f.id, f.digest, f.sealed, f.key_id from identity.profile f where f.child_id = c.id offset 0) p on true
         where c.id = any(ids) and c.status <> 'withdrawn'
         order by c.id, p.digest;
    end $$`,
]

const triggers = [
  `create or replace function identity.ask_merge_check() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
    begin
      insert into identity.merge_check (child_id)
        select distinct c.child_id from changed c
         cross join lateral (select from identity.profile p where p.child_id = c.child_id and p.id <> c.id limit 1) e order by 1
        on conflict (child_id) do nothing;
      return null;
    end $$`,
]
