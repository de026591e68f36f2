import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Decisions: written once, never changed; the newest about an event and a recipient is the one that holds. */
const decision = [
  `create table exchange.decision (
    decision_id uuid constraint decision_pkey primary key,
    event_id uuid not null,
    sender text not null,
    child uuid,
    recipient text not null,
    outcome text not null,
    field_groups text[] not null,
    rule_id text not null,
    reasons text[] not null,
    basis_id uuid not null,
    purpose text not null,
    agreement_id text,
    agreement_version integer,
    policy_version text not null,
    is_named_by_sender boolean not null,
    inputs text not null,
    decided_by text not null,
    decided_at timestamptz not null,
    valid_until timestamptz,
    constraint decision_outcome_check check (outcome in ('PERMIT', 'DENY', 'REVIEW')),
    constraint decision_decided_by_check check (decided_by in ('rule', 'person')),
    constraint decision_groups_check check (outcome = 'PERMIT' or field_groups = '{}'))`,
  'create index decision_event_idx on exchange.decision (event_id)',
  `create table exchange.review_task (
    task_id uuid constraint review_task_pkey primary key,
    decision_id uuid not null constraint review_task_decision_key unique constraint review_task_decision_fkey references exchange.decision,
    event_id uuid not null,
    owner text not null,
    due_at timestamptz not null,
    opened_at timestamptz not null default now(),
    closed_at timestamptz)`,
]

/**
 * One gap-free line of numbers a recipient. A slot holds a sealed copy, or no copy any more and the reason why; a slot
 * that withdraws another holds its number and has an id of its own. `about` is the event a slot tells of.
 */
const delivery = [
  `create table exchange.recipient_sequence (
    recipient text constraint recipient_sequence_pkey primary key,
    last bigint not null default 0)`,
  `create table exchange.feed (
    recipient text constraint feed_pkey primary key,
    epoch integer not null default 1,
    sent bigint not null default 0,
    acknowledged bigint not null default 0,
    constraint feed_acknowledged_check check (acknowledged <= sent))`,
  `create table exchange.delivery (
    recipient text not null,
    sequence bigint not null,
    event_id uuid not null,
    about uuid not null,
    child uuid,
    decision_id uuid not null constraint delivery_decision_fkey references exchange.decision,
    key_id uuid,
    copy bytea,
    reason text,
    withdraws bigint,
    created_at timestamptz not null default now(),
    first_sent_at timestamptz,
    ack_due_at timestamptz,
    acked_at timestamptz,
    unacknowledged_at timestamptz,
    constraint delivery_pkey primary key (recipient, sequence),
    constraint delivery_event_key unique (recipient, event_id),
    constraint delivery_copy_check check ((copy is null) = (reason is not null) and (copy is null) = (key_id is null)),
    constraint delivery_reason_check check (reason in
      ('basis-withdrawn', 'objection-upheld', 'no-longer-entitled', 'corrected', 'erased', 'expired')),
    constraint delivery_withdraws_check check (withdraws is null or (withdraws < sequence and copy is null)))
    with (toast_tuple_target = 8160, fillfactor = 50)`,
  // What is sealed does not shrink. No index knows first_sent_at: with room on its page, a slot that is sent changes none.
  'alter table exchange.delivery alter copy set storage external',
  'create index delivery_about_idx on exchange.delivery (about)',
  `create index delivery_unacknowledged_idx on exchange.delivery (ack_due_at)
    where acked_at is null and unacknowledged_at is null and ack_due_at is not null`,
  'create index delivery_open_idx on exchange.delivery (recipient, sequence) where acked_at is null',
  `create table exchange.acknowledgement (
    acknowledgement_id uuid constraint acknowledgement_pkey primary key,
    recipient text not null,
    client_id text not null,
    up_to bigint not null,
    exceptions jsonb not null,
    jws text not null,
    received_at timestamptz not null default now())`,
]

const views = [
  `create view exchange.party_v as
    select child as child_id, source as agency_id from exchange.event where child is not null
    union all
    select child, recipient from exchange.delivery where child is not null and first_sent_at is not null`,
  'create index delivery_child_idx on exchange.delivery (child, recipient) where child is not null',
]

const grants = [
  'grant select, insert on exchange.decision, exchange.acknowledgement to waymark_exchange',
  'grant select, insert, update (closed_at) on exchange.review_task to waymark_exchange',
  'grant select, insert, update on exchange.recipient_sequence, exchange.feed to waymark_exchange',
  `grant select, insert, update (decision_id, key_id, copy, reason, first_sent_at, acked_at, unacknowledged_at)
     on exchange.delivery to waymark_exchange`,
  'grant select on exchange.party_v to waymark_identity, waymark_safeguarding, waymark_exchange',
]

export class Deliveries1795325400002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...decision, ...delivery, ...views, ...grants]) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop view exchange.party_v')
    await runner.query(`drop table exchange.acknowledgement, exchange.delivery, exchange.feed, exchange.recipient_sequence,
      exchange.review_task, exchange.decision`)
  }
}
