import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What a sender is told of a decision about a child whose existence is hidden: what it would be of a child nobody knows. */
export class ToldDecisions1795900003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table exchange.told_decision (
      decision_id uuid constraint told_decision_pkey primary key constraint told_decision_fkey references exchange.decision,
      outcome text not null, rule_id text not null, reasons text[] not null)`)
    await runner.query('grant select, insert on exchange.told_decision to waymark_exchange')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table exchange.told_decision')
  }
}
