import type { MigrationInterface, QueryRunner } from 'typeorm'

const asked = 'id as handover_id, child_id, kind, opened_by, council, expected_receiver, state'

/** The router asks whose event closed a handover: who says again that it has the child is told of no fault. */
export class ClosedHandovers1795900003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create or replace view safeguarding.handover_v as
      select ${asked}, closed_by_event_id from safeguarding.handover`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop view safeguarding.handover_v')
    await runner.query(`create view safeguarding.handover_v as select ${asked} from safeguarding.handover`)
    await runner.query('grant select on safeguarding.handover_v to waymark_safeguarding, waymark_exchange')
  }
}
