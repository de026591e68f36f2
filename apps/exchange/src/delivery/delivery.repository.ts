import { packBytes, type Sql } from '#libs/postgres'
import type { Decision } from '../routing/decision.js'

/** Why a slot holds no copy. */
export type TombstoneReason =
  'basis-withdrawn' | 'objection-upheld' | 'no-longer-entitled' | 'corrected' | 'erased' | 'expired'

/** A slot to be numbered. */
export interface NewSlot {
  readonly recipient: string
  /** The event's id; of a withdrawal an id of its own. */
  readonly eventId: string
  /** The event it tells of. */
  readonly about: string
  readonly childId?: string
  readonly decisionId: string
  readonly ackDueAt: Date
  readonly content:
    { readonly keyId: string; readonly copy: Buffer } | { readonly reason: TombstoneReason; readonly withdraws: string }
}

/** Somebody of the posting agency is to decide. */
export interface ReviewTask {
  readonly taskId: string
  readonly decisionId: string
  readonly eventId: string
  readonly owner: string
  readonly dueAt: Date
}

/**
 * Numbers slots: each recipient's line is locked, in one order and before any is moved, and every slot of it gets the next
 * number. No `on conflict` and a left join: whatever cannot be numbered aborts, since a number that vanished would read as a loss.
 */
const numberSlots = `
with d as (
  select recipient, event_id, about, child, decision_id, key_id, substr($7::bytea, start, length) as copy, reason, withdraws, ack_due_at, ord
    from unnest($1::text[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $8::int[], $9::int[], $10::text[], $11::bigint[], $12::timestamptz[])
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

/** Decisions, and the numbered slots of every recipient's feed. */
export class DeliveryRepository {
  /** Gives every agency a line of its own, from its activation on. */
  async openLines(sql: Sql): Promise<void> {
    await sql.query(
      'insert into exchange.recipient_sequence (recipient) select agency_id from auth.agency_v on conflict do nothing',
    )
    await sql.query('insert into exchange.feed (recipient) select agency_id from auth.agency_v on conflict do nothing')
  }

  async writeDecisions(tx: Sql, decisions: readonly Decision[]): Promise<void> {
    if (decisions.length === 0) return
    // Arrays of arrays must be rectangular in PostgreSQL, so lists travel as JSON.
    await tx.query(
      `insert into exchange.decision (decision_id, event_id, sender, child, recipient, outcome, field_groups, rule_id, reasons,
          basis_id, purpose, agreement_id, agreement_version, policy_version, is_named_by_sender, inputs, decided_by, decided_at, valid_until)
       select d.decision_id, d.event_id, d.sender, d.child, d.recipient, d.outcome,
          array(select jsonb_array_elements_text(d.field_groups)), d.rule_id, array(select jsonb_array_elements_text(d.reasons)),
          d.event_id, d.purpose, d.agreement_id, d.agreement_version, d.policy_version, d.named, d.inputs, 'rule', d.decided_at, d.valid_until
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::jsonb[], $8::text[], $9::jsonb[],
            $10::text[], $11::int[], $12::text[], $13::boolean[], $14::text[], $15::timestamptz[], $16::timestamptz[], $17::text[])
           as d (decision_id, event_id, sender, child, recipient, outcome, field_groups, rule_id, reasons,
            agreement_id, agreement_version, policy_version, named, inputs, decided_at, valid_until, purpose)`,
      columnsOf(decisions),
    )
  }

  async number(tx: Sql, slots: readonly NewSlot[]): Promise<void> {
    if (slots.length === 0) return
    const copies = packBytes(slots.map(({ content }) => ('copy' in content ? content.copy : null)))
    await tx.query(numberSlots, [
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
    ])
  }

  /**
   * Takes the copies of an event back.
   *
   * @returns the slots that had been sent: their recipients must be told
   */
  async takeBack(
    tx: Sql,
    about: string,
    reason: TombstoneReason,
  ): Promise<readonly { recipient: string; sequence: string; decisionId: string; childId: string | undefined }[]> {
    // Locked in the order in which a feed locks its slots; who waits here sees what the disclosure before it did.
    await tx.query(
      'select 1 from exchange.delivery where about = $1::uuid and withdraws is null order by recipient, sequence for update',
      [about],
    )
    const rows = await tx.query<{
      recipient: string
      sequence: string
      decision_id: string
      child: string | null
      is_sent: boolean
    }>(
      // A feed that is read between the posting and this moment finds the basis gone and empties the slot itself: whoever had
      // the copy before must hear of it all the same.
      `update exchange.delivery d set copy = null, key_id = null, reason = $2
        where about = $1::uuid and withdraws is null
          and (copy is not null or reason in ('basis-withdrawn', 'objection-upheld', 'corrected'))
          and not exists (select 1 from exchange.delivery w where w.recipient = d.recipient and w.withdraws = d.sequence)
        returning recipient, sequence, decision_id, child, first_sent_at is not null as is_sent`,
      [about, reason],
    )
    return rows
      .filter(({ is_sent }) => is_sent)
      .map((row) => ({
        recipient: row.recipient,
        sequence: row.sequence,
        decisionId: row.decision_id,
        childId: row.child ?? undefined,
      }))
  }

  async openReviews(tx: Sql, tasks: readonly ReviewTask[]): Promise<void> {
    for (const { taskId, decisionId, eventId, owner, dueAt } of tasks) {
      await tx.query(
        'insert into exchange.review_task (task_id, decision_id, event_id, owner, due_at) values ($1, $2, $3, $4, $5)',
        [taskId, decisionId, eventId, owner, dueAt],
      )
    }
  }
}

function columnsOf(decisions: readonly Decision[]): readonly unknown[][] {
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
  ]
}
