import type { MigrationInterface, QueryRunner } from 'typeorm'

/** A person's answer about a child whose existence is hidden is told of as a person's. */
export class ToldAnswers1795900005000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table exchange.told_decision add decided_by text not null default 'rule'
      constraint told_decision_decided_by_check check (decided_by in ('rule', 'person'))`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table exchange.told_decision drop decided_by')
  }
}
