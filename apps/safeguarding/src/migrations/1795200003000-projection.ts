import { inboxTables, outboxTables } from '#libs/postgres'
import type { MigrationInterface, QueryRunner } from 'typeorm'

const role = 'waymark_safeguarding'
const readers = 'waymark_identity, waymark_exchange, waymark_audit'

/** What each row came from, what ended it, and what took it back: a correction undoes the event it names. */
const provenance = `source_event_id uuid not null,
    source_seq bigint not null,
    posted_by text not null,
    expires_at timestamptz,
    ended_at timestamptz,
    ended_by_event_id uuid,
    retracted_by_event_id uuid`

const until = `case when ended_at is null then expires_at
                   else least(ended_at, coalesce(expires_at, ended_at)) end`

const tables = [
  `create table safeguarding.involvement (
    id uuid constraint involvement_pkey primary key,
    child_id uuid not null,
    agency_id text not null,
    kind text not null,
    cause text not null,
    role text not null,
    contact jsonb not null,
    since timestamptz not null,
    ${provenance},
    constraint involvement_kind_check check (kind in
      ('registered', 'responsible', 'gp', 'health-visiting', 'unscheduled-care', 'placing', 'receiving')))`,
  'create index involvement_child_idx on safeguarding.involvement (child_id, agency_id)',
  'create index involvement_source_idx on safeguarding.involvement (source_event_id)',
  'create index involvement_ended_by_idx on safeguarding.involvement (ended_by_event_id) where ended_by_event_id is not null',
  `create table safeguarding.flag (
    id uuid constraint flag_pkey primary key,
    child_id uuid not null,
    kind text not null,
    owner text not null,
    since timestamptz not null,
    contacts jsonb not null,
    ${provenance},
    constraint flag_kind_check check (kind in
      ('PROTECTION_PLAN', 'LOOKED_AFTER', 'ENQUIRY', 'MISSING', 'TEMPORARY_ACCOMMODATION')))`,
  'create index flag_child_idx on safeguarding.flag (child_id)',
  'create index flag_source_idx on safeguarding.flag (source_event_id)',
  'create index flag_ended_by_idx on safeguarding.flag (ended_by_event_id) where ended_by_event_id is not null',
  // A correction can overtake what it corrects: the two may be about different children, whose order is not one.
  `create table safeguarding.retraction (
    event_id uuid constraint retraction_pkey primary key,
    by_event_id uuid not null,
    by_agency text not null)`,
  `create table safeguarding.obligation (
    id uuid constraint obligation_pkey primary key,
    name text not null,
    child_id uuid not null,
    agency_id text not null,
    rule_id text not null,
    record_id uuid not null,
    at timestamptz not null default now())`,
  'create index obligation_name_idx on safeguarding.obligation (name, at)',
]

const views = [
  `create view safeguarding.involvement_now as
     select i.*, ${until} as until from safeguarding.involvement i where retracted_by_event_id is null`,
  `create view safeguarding.flag_now as
     select f.*, ${until} as until from safeguarding.flag f where retracted_by_event_id is null`,
  `create view safeguarding.involvement_v as
     select child_id, agency_id, kind, role, contact, since, until from safeguarding.involvement_now`,
  `create view safeguarding.progress_v as
     select topic, part, next from safeguarding.consumer_offset where grp = 'safeguarding'`,
  `create view safeguarding.parked_v as select lane from safeguarding.parked_subject where grp = 'safeguarding'`,
]

const grants = [
  `grant select, insert on safeguarding.involvement, safeguarding.flag, safeguarding.retraction, safeguarding.obligation to ${role}`,
  `grant update (child_id, ended_at, ended_by_event_id, retracted_by_event_id)
     on safeguarding.involvement, safeguarding.flag to ${role}`,
  `grant select on safeguarding.involvement_now, safeguarding.flag_now to ${role}`,
  `grant select on safeguarding.involvement_v to ${role}, ${readers}`,
  `grant select on safeguarding.progress_v, safeguarding.parked_v to ${role}, waymark_exchange`,
]

export class Projection1795200003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const queues = [...outboxTables('safeguarding', role), ...inboxTables('safeguarding', role)]
    for (const statement of [...queues, ...tables, ...views, ...grants]) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop view safeguarding.parked_v, safeguarding.progress_v, safeguarding.involvement_v,
      safeguarding.flag_now, safeguarding.involvement_now, safeguarding.inbox_seen, safeguarding.reader_progress`)
    await runner.query(`drop table safeguarding.obligation, safeguarding.retraction, safeguarding.flag, safeguarding.involvement,
      safeguarding.lane_progress, safeguarding.parked_event, safeguarding.parked_subject, safeguarding.inbox,
      safeguarding.consumer_offset, safeguarding.relay_lease, safeguarding.outbox`)
  }
}
