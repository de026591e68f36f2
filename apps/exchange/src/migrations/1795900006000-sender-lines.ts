import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * A sender's counter per child and type: the last number that has gone on. `line_type` and `sender_sequence` stand with events
 * that wait in a line: that of their source, of this type, about their child, wherever it goes.
 */
export class SenderLines1795900006000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [
      `create table exchange.sender_line (
        child uuid not null,
        source text not null,
        type text not null,
        passed numeric(20),
        constraint sender_line_pkey primary key (child, source, type))`,
      'alter table exchange.event add line_type text, add sender_sequence numeric(20)',
      `create index event_in_line_idx on exchange.event (child, source, line_type, sender_sequence)
        where state = 'held' and line_type is not null`,
      'grant select, insert, update (passed) on exchange.sender_line to waymark_exchange',
      'grant update (line_type, sender_sequence) on exchange.event to waymark_exchange',
    ])
      await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table exchange.sender_line')
    await runner.query('alter table exchange.event drop line_type, drop sender_sequence')
  }
}
