import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What a sender sets against sharing what it posts of a child; its words stay sealed with the event. */
export class Restraints1795900004000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table exchange.event add restraint jsonb')
    await runner.query('create index event_restraint_idx on exchange.event (child, source) where restraint is not null')
    await runner.query('grant update (restraint) on exchange.event to waymark_exchange')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table exchange.event drop restraint')
  }
}
