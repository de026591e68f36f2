import type { MigrationInterface, QueryRunner } from 'typeorm'

const role = 'waymark_safeguarding'

const tables = [
  `create table safeguarding.clock_rule (
    kind text not null,
    version integer not null,
    amount integer not null,
    unit text not null,
    source text not null,
    valid_from date not null,
    constraint clock_rule_pkey primary key (kind, version),
    constraint clock_rule_amount_check check (amount > 0),
    constraint clock_rule_unit_check check (unit in ('school-days', 'working-days', 'days')))`,
  `create table safeguarding.calendar_period (
    area text not null,
    kind text not null,
    first_day date not null,
    last_day date not null,
    label text not null,
    constraint calendar_period_pkey primary key (area, kind, first_day),
    constraint calendar_period_kind_check check (kind in ('bank-holiday', 'school-holiday')),
    constraint calendar_period_order_check check (first_day <= last_day))`,
  `create table safeguarding.handover (
    id uuid constraint handover_pkey primary key,
    child_id uuid not null,
    kind text not null,
    opened_by text not null,
    opened_on date not null,
    opened_at timestamptz not null,
    expected_receiver text,
    council text,
    contact jsonb not null,
    due_at timestamptz not null,
    state text not null,
    level smallint not null,
    next_at timestamptz,
    is_halved boolean not null,
    rule_version integer not null,
    declined_at timestamptz,
    closed_at timestamptz,
    closed_by_event_id uuid,
    source_event_id uuid not null,
    source_seq bigint not null,
    opening_retracted_by uuid,
    subject_key_id uuid not null,
    sealed_subject bytea not null,
    constraint handover_source_key unique (source_event_id, kind),
    constraint handover_state_check check (state in ('open', 'overdue', 'confirmed', 'declined', 'closed-by-custodian')),
    constraint handover_level_check check (level between 0 and 3),
    constraint handover_closed_check check ((closed_at is null) = (state in ('open', 'overdue', 'declined'))),
    constraint handover_clock_check check (next_at is null or state in ('open', 'overdue')))`,
  'create index handover_child_idx on safeguarding.handover (child_id)',
  'create index handover_closed_by_idx on safeguarding.handover (closed_by_event_id) where closed_by_event_id is not null',
  `create index handover_due_idx on safeguarding.handover (next_at) where state in ('open', 'overdue') and next_at is not null`,
  'create index handover_opened_by_idx on safeguarding.handover (opened_by, id)',
  'create index handover_receiver_idx on safeguarding.handover (expected_receiver, id)',
  'create index handover_council_idx on safeguarding.handover (council, id)',
  // Once a level, whatever runs twice.
  `create table safeguarding.handover_escalation (
    handover_id uuid not null constraint handover_escalation_handover_fkey references safeguarding.handover,
    level smallint not null,
    at timestamptz not null,
    constraint handover_escalation_pkey primary key (handover_id, level))`,
  `create table safeguarding.handover_move (
    id uuid constraint handover_move_pkey primary key,
    handover_id uuid not null constraint handover_move_handover_fkey references safeguarding.handover,
    from_state text,
    to_state text not null,
    level smallint not null,
    at timestamptz not null,
    by_agency text,
    by_event_id uuid)`,
  'create index handover_move_handover_idx on safeguarding.handover_move (handover_id)',
  // The order of a child's events on waymark.safeguarding-changes.v1.
  `create table safeguarding.child_sequence (
    child_id uuid constraint child_sequence_pkey primary key,
    last_seq bigint not null)`,
  `create table safeguarding.demo_clock (
    is_only boolean constraint demo_clock_pkey primary key default true,
    ahead interval not null default interval '0',
    constraint demo_clock_only_check check (is_only),
    constraint demo_clock_forward_check check (ahead >= interval '0'))`,
  'insert into safeguarding.demo_clock default values',
  // One clock for handovers, acknowledgements and escalations: the database's, moved forward in the sandbox only.
  `create function safeguarding.hub_now() returns timestamptz language sql stable security definer
     set search_path = pg_catalog as $$ select now() + ahead from safeguarding.demo_clock $$`,
  'revoke all on function safeguarding.hub_now() from public',
  `create view safeguarding.handover_v as
     select id as handover_id, child_id, kind, opened_by, council, expected_receiver, state from safeguarding.handover`,
]

const rules = [
  `insert into safeguarding.clock_rule (kind, version, amount, unit, source, valid_from) values
    ('school', 1, 10, 'school-days', 'default of Waymark', '2026-01-01'),
    ('protection-file', 1, 5, 'school-days', 'Keeping Children Safe in Education', '2026-01-01'),
    ('area', 1, 15, 'working-days', 'local procedures', '2026-01-01'),
    ('placement', 1, 5, 'working-days', 'default of Waymark, from Care Planning Regulations 2010 reg. 13', '2026-01-01'),
    ('gp', 1, 20, 'working-days', 'default of Waymark', '2026-01-01'),
    ('temporary-accommodation', 1, 14, 'days', 'Housing Act 1996 s.213AA', '2026-01-01'),
    ('enquiry', 1, 45, 'working-days', 'default of Waymark', '2026-01-01')`,
]

const grants = [
  `grant select, insert on safeguarding.handover, safeguarding.handover_escalation, safeguarding.handover_move to ${role}`,
  `grant update (child_id, state, level, next_at, declined_at, closed_at, closed_by_event_id, opening_retracted_by,
     subject_key_id, sealed_subject) on safeguarding.handover to ${role}`,
  `grant select on safeguarding.clock_rule, safeguarding.calendar_period to ${role}`,
  `grant select, insert, update on safeguarding.child_sequence to ${role}`,
  `grant select, update on safeguarding.demo_clock to ${role}`,
  `grant execute on function safeguarding.hub_now() to ${role}, waymark_exchange`,
  `grant select on safeguarding.handover_v to ${role}, waymark_exchange`,
]

export class Handovers1795200003001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...tables, ...rules, ...grants]) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop view safeguarding.handover_v')
    await runner.query('drop function safeguarding.hub_now()')
    await runner.query(`drop table safeguarding.demo_clock, safeguarding.child_sequence, safeguarding.handover_move,
      safeguarding.handover_escalation, safeguarding.handover, safeguarding.calendar_period, safeguarding.clock_rule`)
  }
}
