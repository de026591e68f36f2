import type { MigrationInterface, QueryRunner } from 'typeorm'

const role = 'waymark_identity'

/** What a group of records asks between its locks and its plan, in two trips; each statement of a function sees what was committed before it. */
export class FindInOneTrip1795400001300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...lookups, ...grants, ...storage]) await runner.query(statement)
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('Functions that programs call are not taken away'))
  }
}

const lookups = [
  // No locks asked for: whoever only looks.
  `create function identity.touched_by(locks bigint[], record_keys bytea[], keys bigint[], ucis text[])
    returns table (child_id uuid, profile_id uuid, key bigint)
    language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
    #variable_conflict use_column
    begin
      perform pg_advisory_xact_lock(k) from unnest(locks) as k;
      return query
        select l.child_id, null::uuid, null::bigint from identity.source_record s
          join identity.link l on l.source_record_id = s.id and l.valid_to is null where s.record_key = any(record_keys)
        union select p.child_id, p.id, b.key from identity.block_key b
          join identity.profile p on p.id = b.profile_id where b.key = any(keys)
        union select u.child_id, null, null from unnest(ucis) as k (uci) cross join lateral identity.child_of_uci(k.uci) u;
    end $$`,
  // A child of hidden location is there for who works with it or holds it; one of hidden existence for who was given it apart.
  `create function identity.children_for(ids uuid[], agencies text[], is_locking boolean)
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
                 select s.source from identity.link l join identity.source_record s on s.id = l.source_record_id
                  where l.valid_to is null and l.child_id = c.id and s.source = any(agencies)
                    and (v.level = 'location-hidden' or not exists (
                      select 1 from identity.protected_child g join identity.protection t on t.id = g.protection_id
                         and t.lifted_at is null where g.child_id = c.id and not g.is_inherited))
                 union select i.agency_id from safeguarding.involvement_v i
                  where v.level = 'location-hidden' and i.child_id = c.id and i.agency_id = any(agencies)
                    and (i.until is null or i.until > now())) end,
               p.id, p.digest, p.sealed, p.key_id
          from identity.child c
          left join identity.protection_v v on v.child_id = c.id
          left join identity.profile p on p.child_id = c.id
         where c.id = any(ids) and c.status <> 'withdrawn'
         order by c.id, p.digest;
    end $$`,
]

const grants = [
  'revoke all on function identity.touched_by(bigint[], bytea[], bigint[], text[]), identity.children_for(uuid[], text[], boolean) from public',
  `grant execute on function identity.touched_by(bigint[], bytea[], bigint[], text[]), identity.children_for(uuid[], text[], boolean) to ${role}`,
]

/** Sealed bytes do not shrink: trying costs more than writing them. */
const storage = ['child.core', 'profile.sealed', 'record_version.sealed', 'bulk_row.sealed', 'bulk_part.sealed'].map(
  (place) => {
    const [table = '', column = ''] = place.split('.')
    return `alter table identity.${table} alter ${column} set storage external`
  },
)
