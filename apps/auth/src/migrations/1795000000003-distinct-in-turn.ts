import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Children are counted for who asks, for the program and for the agency: each with a figure of its own. */
export class DistinctInTurn1795000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function auth.take_distinct_in_turn(text[], bytea[], int[], int)')
  }
}

const statements = [
  // Whoever asks too much is stopped at the first limit reached, and uses up nothing of the wider ones.
  `create function auth.take_distinct_in_turn(scopes text[], items bytea[], maxima int[], window_seconds int)
    returns table (allowed boolean, retry_after int) language plpgsql volatile
    security definer set search_path = pg_catalog, pg_temp as $$
    declare
      taken record;
    begin
      for n in 1 .. cardinality(scopes) loop
        select t.allowed, t.retry_after into taken from auth.take_distinct(scopes[n], items[n], maxima[n], window_seconds) t;
        if not taken.allowed then
          return query select false, taken.retry_after;
          return;
        end if;
      end loop;
      return query select true, 0;
    end $$`,
  'revoke all on function auth.take_distinct_in_turn(text[], bytea[], int[], int) from public',
  'grant execute on function auth.take_distinct_in_turn(text[], bytea[], int[], int) to waymark_gateway',
]
