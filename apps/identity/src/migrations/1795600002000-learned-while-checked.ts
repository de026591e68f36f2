import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What is learned of a child while it is being checked asks for the check again: it goes away only if nothing was. */
export class LearnedWhileChecked1795600002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(askMergeCheck('do update set since = clock_timestamp()'))
    await runner.query('grant update (since) on identity.merge_check to waymark_identity')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(askMergeCheck('do nothing'))
    await runner.query('revoke update (since) on identity.merge_check from waymark_identity')
  }
}

const askMergeCheck = (
  ifAsked: string,
) => `create or replace function identity.ask_merge_check() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
    begin
      insert into identity.merge_check (child_id)
        select distinct c.child_id from changed c
         cross join lateral (select from identity.profile p where p.child_id = c.child_id and p.id <> c.id limit 1) e order by 1
        on conflict (child_id) ${ifAsked};
      return null;
    end $$`
