import type { MigrationInterface, QueryRunner } from 'typeorm'

/** A question about a child that was joined with another goes on about that one. */
export class QuestionsFollow1795600009100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('grant update (other_ids) on identity.review to waymark_identity')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('revoke update (other_ids) on identity.review from waymark_identity')
  }
}
