import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What a child is to be looked at again for: with nothing else learned, those profiles alone need to be asked about. */
export class ChecksByProfile1795900001100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Empty where not a profile is why, but all that is known of the child.
    await runner.query(`alter table identity.merge_check add column profile_ids uuid[] not null default '{}'`)
    await runner.query('grant update (profile_ids) on identity.merge_check to waymark_identity')
    await runner.query(
      askMergeCheck(`insert into identity.merge_check as m (child_id, profile_ids)
        select c.child_id, array_agg(c.id) from changed c
         cross join lateral (select from identity.profile p where p.child_id = c.child_id and p.id <> c.id limit 1) e
         group by 1 order by 1
        on conflict (child_id) do update set since = clock_timestamp(),
          profile_ids = case when m.profile_ids = '{}' then m.profile_ids else m.profile_ids || excluded.profile_ids end`),
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      askMergeCheck(`insert into identity.merge_check (child_id)
        select distinct c.child_id from changed c
         cross join lateral (select from identity.profile p where p.child_id = c.child_id and p.id <> c.id limit 1) e order by 1
        on conflict (child_id) do update set since = clock_timestamp()`),
    )
    await runner.query('alter table identity.merge_check drop column profile_ids')
  }
}

const askMergeCheck = (statement: string) =>
  `create or replace function identity.ask_merge_check() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
    begin
      ${statement};
      return null;
    end $$`
