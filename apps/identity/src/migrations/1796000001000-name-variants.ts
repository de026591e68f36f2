import type { MigrationInterface, QueryRunner } from 'typeorm'

const role = 'waymark_identity'

/**
 * Names that are forms of one, besides those that everybody knows. The table holds names, counts and persons' words, and nothing
 * that leads to a child: what was found among children is of three at least.
 */
export class NameVariants1796000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...tables, ...grants]) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table identity.name_variant_step, identity.name_variant, identity.variant_mining')
  }
}

const tables = [
  `create table identity.name_variant (
    id uuid constraint name_variant_pkey primary key,
    part text not null constraint name_variant_part_check check (part in ('given', 'family')),
    one text collate "C" not null,
    other text collate "C" not null,
    state text not null default 'proposed'
      constraint name_variant_state_check check (state in ('proposed', 'accepted', 'refused', 'withdrawn')),
    origin text not null constraint name_variant_origin_check check (origin in ('mined', 'reviewed', 'steward')),
    children integer,
    lift real,
    proposed_at timestamptz not null default now(),
    constraint name_variant_pair_key unique (part, one, other),
    constraint name_variant_two_names_check check (one <> other),
    constraint name_variant_of_three_check check (case when origin = 'steward' then children is null and lift is null
      else children is not null and children >= 3 and lift is not null and lift >= 8 end))`,
  // What persons did to a pair, in order; never changed.
  `create table identity.name_variant_step (
    id uuid constraint name_variant_step_pkey primary key,
    variant_id uuid not null constraint name_variant_step_variant_fkey references identity.name_variant on delete cascade,
    step text not null constraint name_variant_step_step_check check (step in ('proposed', 'accepted', 'refused', 'withdrawn')),
    by_person text not null,
    at timestamptz not null default clock_timestamp(),
    reason bytea not null,
    reason_key_id uuid not null)`,
  'create index name_variant_step_variant_idx on identity.name_variant_step (variant_id)',
  // One row: when names were last looked through, so that one replica does it, once a day.
  `create table identity.variant_mining (
    only_row boolean not null default true constraint variant_mining_pkey primary key
      constraint variant_mining_only_check check (only_row),
    begun_at timestamptz,
    ended_at timestamptz)`,
  'insert into identity.variant_mining default values',
]

const grants = [
  `grant select, insert, delete on identity.name_variant to ${role}`,
  `grant update (state, origin, children, lift, proposed_at) on identity.name_variant to ${role}`,
  `grant select, insert on identity.name_variant_step to ${role}`,
  `grant select on identity.variant_mining to ${role}`,
  `grant update (begun_at, ended_at) on identity.variant_mining to ${role}`,
]
