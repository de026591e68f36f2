import type { MigrationInterface, QueryRunner } from 'typeorm'

const role = 'waymark_audit'

/** Up to which entry the numbers of relays are accounted for, and which of them are missing. */
export class AccountForNumbers1795200005001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table audit.number_gap, audit.number_series, audit.numbers_checked')
    await runner.query('create index entry_service_number_idx on audit.entry (service, number)')
  }
}

const statements = [
  `create table audit.numbers_checked (
     is_only boolean primary key default true constraint numbers_checked_is_only_check check (is_only),
     size bigint not null)`,
  'insert into audit.numbers_checked (size) values (0)',
  `create table audit.number_series (
     series text constraint number_series_pkey primary key,
     last bigint not null)`,
  `create table audit.number_gap (
     series text not null,
     first bigint not null,
     last bigint not null,
     since timestamptz not null,
     constraint number_gap_pkey primary key (series, first))`,
  // Nothing else looked entries up by number, and every append paid for it.
  'drop index audit.entry_service_number_idx',
  `grant select, update on audit.numbers_checked to ${role}`,
  `grant select, insert, update on audit.number_series to ${role}`,
  `grant select, insert, delete on audit.number_gap to ${role}`,
]
