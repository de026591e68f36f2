import { programRole, serviceRoles } from '#libs/postgres'
import type { MigrationInterface, QueryRunner } from 'typeorm'

const all = serviceRoles.join(', ')

/** Agencies, their programs (clients) and their public keys; what is revoked; and the views other programs read them through. */
export class AgenciesAndKeys1795000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...tables, ...views, ...grants]) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop view auth.live_revocations, auth.public_key_v, auth.client_v, auth.agency_v; ' +
        'drop table auth.revocation, auth.public_key, auth.client, auth.agency',
    )
  }
}

const tables = [
  `create table auth.agency (
    agency_id text constraint agency_pkey primary key,
    name text not null,
    kind text not null,
    services text[] not null default '{}',
    organisation_system text not null,
    organisation_value text not null,
    areas text[] not null default '{}',
    status text not null default 'active',
    phone text,
    out_of_hours_phone text,
    constraint agency_kind_check check (kind in ('council', 'school', 'nhs', 'police', 'housing', 'hub')),
    constraint agency_status_check check (status in ('active', 'disabled')))`,
  `create table auth.client (
    client_id text constraint client_pkey primary key,
    agency_id text not null constraint client_agency_fkey references auth.agency,
    role text,
    agreement_id text not null,
    status text not null default 'active',
    constraint client_status_check check (status in ('active', 'disabled')))`,
  'create index client_agency_idx on auth.client (agency_id)',
  `create table auth.public_key (
    kid text constraint public_key_pkey primary key,
    agency_id text not null constraint public_key_agency_fkey references auth.agency,
    client_id text constraint public_key_client_fkey references auth.client,
    use text not null,
    jwk jsonb not null,
    not_before timestamptz not null default now(),
    not_after timestamptz,
    constraint public_key_use_check check (use in ('sig', 'enc')),
    constraint public_key_signs_for_a_client_check check ((use = 'sig') = (client_id is not null)),
    constraint public_key_is_public_check check (not (jwk ? 'd') and not (jwk ? 'k')))`,
  'create index public_key_client_idx on auth.public_key (client_id)',
  'create index public_key_agency_idx on auth.public_key (agency_id, use)',
  `create table auth.revocation (
    kind text not null,
    value text not null,
    revoked_at timestamptz not null default now(),
    until timestamptz,
    reason text not null,
    constraint revocation_pkey primary key (kind, value),
    constraint revocation_kind_check check (kind in ('jti', 'client', 'kid', 'agency')))`,
]

const views = [
  `create view auth.agency_v as
    select agency_id, name, kind, services, organisation_system, organisation_value, areas, status, phone, out_of_hours_phone
      from auth.agency`,
  'create view auth.client_v as select client_id, agency_id, role, agreement_id from auth.client',
  'create view auth.public_key_v as select agency_id, client_id, use, kid, jwk, not_before, not_after from auth.public_key',
  // What was revoked by name, and what follows from a disabled agency or client or from a key that has ended.
  `create view auth.live_revocations as
    select kind, value from auth.revocation where until is null or until > now()
    union select 'agency', agency_id from auth.agency where status <> 'active'
    union select 'client', client_id from auth.client where status <> 'active'
    union select 'kid', kid from auth.public_key where not_after <= now()`,
]

const grants = [
  `grant select on auth.agency_v, auth.client_v, auth.live_revocations to ${all}`,
  `grant select on auth.public_key_v to ${['exchange', 'identity', 'audit', 'auth'].map(programRole).join(', ')}`,
]
