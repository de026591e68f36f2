import type { MigrationInterface, QueryRunner } from 'typeorm'

/** The router asks whether a word about a handover was taken: one that moved nothing reaches nobody. */
export class HandoverWords1795900002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create view safeguarding.handover_word_v as
      select handover_id, by_event_id as event_id from safeguarding.handover_move
       where to_state in ('confirmed', 'declined') and by_event_id is not null`)
    await runner.query('grant select on safeguarding.handover_word_v to waymark_safeguarding, waymark_exchange')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop view safeguarding.handover_word_v')
  }
}
