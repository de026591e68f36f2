import type { MigrationInterface, QueryRunner } from 'typeorm'

const party = (recipient: string) => `create or replace view exchange.party_v as
  select child as child_id, source as agency_id from exchange.event where child is not null
  union all
  select child, ${recipient} from exchange.delivery where child is not null and first_sent_at is not null`

/** Each office of the hub has a line of its own; to other programs all of them are the hub. */
export class OfficesOfTheHub1795800002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(party(`case when recipient like 'waymark-hub.%' then 'waymark-hub' else recipient end`))
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(party('recipient'))
  }
}
