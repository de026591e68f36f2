import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Handovers closed without a destination are few, and are looked at whenever the clock is. */
export class SealedHandovers1795400003100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create index handover_closed_idx on safeguarding.handover (child_id) where state = 'closed-by-custodian'`,
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index safeguarding.handover_closed_idx')
  }
}
