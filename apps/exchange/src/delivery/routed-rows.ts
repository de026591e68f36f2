import { packBytes, type OutboxMessage } from '#libs/postgres'
import type { Decision } from '../routing/decision.js'
import type { NewSlot } from './new-slot.js'

const decisionColumns = `decision_id, event_id, sender, child, recipient, outcome, field_groups, rule_id, reasons,
    basis_id, purpose, agreement_id, agreement_version, policy_version, is_named_by_sender, inputs, decided_by, decided_at, valid_until`

/** Writes decisions. Arrays of arrays must be rectangular in PostgreSQL, so lists travel as JSON. */
export const insertDecisions = `
  insert into exchange.decision (${decisionColumns})
  select d.decision_id, d.event_id, d.sender, d.child, d.recipient, d.outcome,
         array(select jsonb_array_elements_text(d.field_groups)), d.rule_id, array(select jsonb_array_elements_text(d.reasons)),
         d.event_id, d.purpose, d.agreement_id, d.agreement_version, d.policy_version, d.named, d.inputs, d.decided_by, d.decided_at, d.valid_until
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::jsonb[], $8::text[], $9::jsonb[],
           $10::text[], $11::int[], $12::text[], $13::boolean[], $14::text[], $15::timestamptz[], $16::timestamptz[], $17::text[], $18::text[])
      as d (decision_id, event_id, sender, child, recipient, outcome, field_groups, rule_id, reasons,
            agreement_id, agreement_version, policy_version, named, inputs, decided_at, valid_until, purpose, decided_by)`

/**
 * Writes what routing leaves behind, in one statement: decisions, numbered slots, records for the outbox.
 *
 * Each recipient's line is locked, in one order and before any is moved, and every slot of it gets the next number. No
 * `on conflict` and a left join: whatever cannot be numbered aborts, since a number that vanished would read as a loss.
 */
export const insertRouted = `
with decided as (${insertDecisions}),
recorded as (
  insert into exchange.outbox (shard, topic, part, key, event_id, headers, value)
  select shard, topic, part, substr($35::bytea, start, key_length), event_id, headers,
         substr($35::bytea, start + key_length, length - key_length)
    from unnest($31::smallint[], $32::text[], $33::smallint[], $34::int[], $36::uuid[], $37::jsonb[], $38::int[], $39::int[])
      with ordinality as m (shard, topic, part, key_length, event_id, headers, start, length, ord)
   order by ord),
d as (
  select recipient, event_id, about, child, decision_id, key_id, substr($25::bytea, start, length) as copy, reason, withdraws, ack_due_at, ord
    from unnest($19::text[], $20::uuid[], $21::uuid[], $22::uuid[], $23::uuid[], $24::uuid[], $26::int[], $27::int[], $28::text[], $29::bigint[], $30::timestamptz[])
      with ordinality as d (recipient, event_id, about, child, decision_id, key_id, start, length, reason, withdraws, ack_due_at, ord)),
l as (
  select recipient from exchange.recipient_sequence where recipient in (select d.recipient from d) order by recipient for update),
s as (
  update exchange.recipient_sequence q set last = q.last + n.k
    from (select recipient, count(*) as k from d where (select count(*) from l) >= 0 group by recipient) n
   where q.recipient = n.recipient returning q.recipient, q.last - n.k as base)
insert into exchange.delivery (recipient, sequence, event_id, about, child, decision_id, key_id, copy, reason, withdraws, ack_due_at)
select d.recipient, s.base + row_number() over (partition by d.recipient order by d.ord), d.event_id, d.about, d.child,
       d.decision_id, d.key_id, d.copy, d.reason, d.withdraws, d.ack_due_at
  from d left join s using (recipient)`

/** The parameters of {@link insertDecisions}. */
export function decisionValues(decisions: readonly Decision[]): readonly unknown[] {
  return [
    decisions.map((one) => one.decisionId),
    decisions.map((one) => one.eventId),
    decisions.map((one) => one.sender),
    decisions.map((one) => one.childId ?? null),
    decisions.map((one) => one.recipient),
    decisions.map((one) => one.outcome),
    decisions.map((one) => JSON.stringify(one.fieldGroups)),
    decisions.map((one) => one.ruleId),
    decisions.map((one) => JSON.stringify(one.reasons)),
    decisions.map((one) => one.agreementId ?? null),
    decisions.map((one) => one.agreementVersion ?? null),
    decisions.map((one) => one.policyVersion),
    decisions.map((one) => one.isNamedBySender),
    decisions.map((one) => one.inputs),
    decisions.map((one) => one.decidedAt.toISOString()),
    decisions.map((one) => (one.validUntilMs === undefined ? null : new Date(one.validUntilMs).toISOString())),
    decisions.map((one) => one.purpose),
    decisions.map((one) => one.decidedBy),
  ]
}

/** The parameters of {@link insertRouted} that follow those of its decisions. */
export function slotValues(slots: readonly NewSlot[]): readonly unknown[] {
  const copies = packBytes(slots.map(({ content }) => ('copy' in content ? content.copy : null)))
  return [
    slots.map(({ recipient }) => recipient),
    slots.map(({ eventId }) => eventId),
    slots.map(({ about }) => about),
    slots.map(({ childId }) => childId ?? null),
    slots.map(({ decisionId }) => decisionId),
    slots.map(({ content }) => ('copy' in content ? content.keyId : null)),
    ...[copies.bytes, copies.starts, copies.lengths],
    slots.map(({ content }) => ('reason' in content ? content.reason : null)),
    slots.map(({ content }) => ('reason' in content ? content.withdraws : null)),
    slots.map(({ ackDueAt }) => ackDueAt.toISOString()),
  ]
}

/** The last parameters of {@link insertRouted}. */
export function recordValues(records: readonly OutboxMessage[]): readonly unknown[] {
  const values = packBytes(records.map(({ key, value }) => Buffer.concat([key, value])))
  return [
    records.map(({ shard }) => shard),
    records.map(({ topic }) => topic),
    records.map(({ partition }) => partition),
    records.map(({ key }) => key.length),
    values.bytes,
    records.map(({ eventId }) => eventId),
    records.map(({ headers }) => JSON.stringify(headers)),
    ...[values.starts, values.lengths],
  ]
}
