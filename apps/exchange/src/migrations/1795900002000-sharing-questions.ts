import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What a rule leaves to a person is listed, decided by one, and told of once where nobody did in time. */
export class SharingQuestions1795900002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table exchange.review_task
      add role text, add answer_id uuid constraint review_task_answer_fkey references exchange.decision,
      add closed_by text, add reason bytea, add reason_key_id uuid, add told_at timestamptz`)
    await runner.query(
      'create index review_task_open_idx on exchange.review_task (owner, due_at) where closed_at is null',
    )
    await runner.query(
      'create index review_task_untold_idx on exchange.review_task (due_at) where closed_at is null and told_at is null',
    )
    await runner.query(
      `grant update (answer_id, closed_by, reason, reason_key_id, told_at) on exchange.review_task to waymark_exchange`,
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index exchange.review_task_open_idx, exchange.review_task_untold_idx')
    await runner.query(`alter table exchange.review_task drop role, drop answer_id, drop closed_by, drop reason,
      drop reason_key_id, drop told_at`)
  }
}
