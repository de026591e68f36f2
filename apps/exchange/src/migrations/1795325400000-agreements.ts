import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Data-sharing agreements, versions side by side, and the documents registered under them. */
const tables = [
  `create table exchange.agreement (
    agreement_id text not null,
    version integer not null,
    agency_id text not null,
    body jsonb not null,
    valid_from timestamptz not null,
    valid_until timestamptz,
    ended_at timestamptz,
    ended_by text,
    ended_because text,
    constraint agreement_pkey primary key (agreement_id, version),
    constraint agreement_ended_check check ((ended_at is null) = (ended_by is null)),
    constraint agreement_window_check check (valid_until is null or valid_from < valid_until))`,
  `create index agreement_agency_idx on exchange.agreement (agency_id)`,
  `create table exchange.agreement_operation (
    agreement_id text not null,
    version integer not null,
    name text not null,
    sha256 text not null,
    document text not null,
    constraint agreement_operation_pkey primary key (agreement_id, version, name),
    constraint agreement_operation_agreement_fkey foreign key (agreement_id, version) references exchange.agreement,
    constraint agreement_operation_sha256_check check (sha256 ~ '^[0-9a-f]{64}$'))`,
]

/** What others see: of each agreement its newest version, ended or not. */
const views = [
  `create view exchange.agreement_v as
    select distinct on (agreement_id) agreement_id, version, agency_id, body, valid_from, valid_until, ended_at
      from exchange.agreement order by agreement_id, version desc`,
  `create view exchange.operation_v as
    select o.agreement_id, a.agency_id, o.sha256, o.name, o.document
      from exchange.agreement_v a join exchange.agreement_operation o using (agreement_id, version)
     where a.ended_at is null and a.valid_from <= now() and (a.valid_until is null or now() < a.valid_until)`,
]

const grants = [
  'grant select on exchange.agreement, exchange.agreement_operation to waymark_exchange',
  // `for share` needs the right to update a column; which columns may change is this list.
  'grant update (ended_at, ended_by, ended_because) on exchange.agreement to waymark_exchange',
  `grant select on exchange.agreement_v
    to waymark_auth, waymark_identity, waymark_safeguarding, waymark_exchange, waymark_audit, waymark_gateway`,
  'grant select on exchange.operation_v to waymark_gateway, waymark_exchange',
]

export class Agreements1795325400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...tables, ...views, ...grants]) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop view exchange.operation_v, exchange.agreement_v')
    await runner.query('drop table exchange.agreement_operation, exchange.agreement')
  }
}
