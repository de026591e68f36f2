import type { MigrationInterface, QueryRunner } from 'typeorm'

const states = `'open', 'overdue', 'confirmed', 'declined', 'closed-by-custodian'`

const checkStates = (names: string) => [
  'alter table safeguarding.handover drop constraint handover_state_check',
  `alter table safeguarding.handover add constraint handover_state_check check (state in (${names}))`,
]

/** A handover waits while an event stands that says that the child left; there may be several of one agency. */
export class RetractedDepartures1795900002100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [
      ...checkStates(`${states}, 'retracted'`),
      `create table safeguarding.handover_departure (
        handover_id uuid not null constraint handover_departure_handover_fkey references safeguarding.handover,
        event_id uuid not null,
        constraint handover_departure_pkey primary key (handover_id, event_id))`,
      'create index handover_departure_event_idx on safeguarding.handover_departure (event_id)',
      `insert into safeguarding.handover_departure (handover_id, event_id)
        select id, source_event_id from safeguarding.handover`,
      'grant select, insert on safeguarding.handover_departure to waymark_safeguarding',
    ])
      await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table safeguarding.handover_departure')
    for (const statement of checkStates(states)) await runner.query(statement)
  }
}
