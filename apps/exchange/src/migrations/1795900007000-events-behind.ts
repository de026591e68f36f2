import type { MigrationInterface, QueryRunner } from 'typeorm'

/** The event that one waits behind, which it names; null once it may go on. */
export class EventsBehind1795900007000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table exchange.event add behind uuid')
    await runner.query('create index event_behind_idx on exchange.event (behind) where behind is not null')
    await runner.query('grant update (behind) on exchange.event to waymark_exchange')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table exchange.event drop behind')
  }
}
