import type { Permit } from '#libs/policy'
import type { Sql } from '#libs/postgres'
import { wasAsOfUnknown } from '../delivery/disclosure.repository.js'
import type { SharingQuestion } from './sharing-question.js'

/** Where a page begins: after this question. */
export interface Position {
  readonly dueAtMs: number
  readonly id: string
}

/** Which questions somebody may see: its own, and at the duty desk all real ones whose clock has run out. */
export interface Sight {
  readonly agencyId: string
  readonly isDutyDesk: boolean
  readonly permit: Permit<'decideSharing'>
}

/** A question as it is held to be decided. */
export interface HeldQuestion extends SharingQuestion {
  readonly isClosed: boolean
  /** The sender's agreement that the event rests on. */
  readonly senderAgreement: string | undefined
}

/** An event whose questions nobody decided in time. */
export interface Undecided {
  readonly eventId: string
  readonly owner: string
  readonly openedAt: Date
  /** The duty desk may decide any of them. */
  readonly isForDesk: boolean
}

interface Row {
  readonly task_id: string
  readonly event_id: string
  readonly type: string
  readonly accepted_at: Date
  readonly sender: string
  readonly role: string | null
  readonly recipient: string
  readonly is_named_by_sender: boolean
  readonly is_as_of_unknown: boolean
  readonly rule_id: string
  readonly reasons: readonly string[]
  readonly child: string | null
  readonly opened_at: Date
  readonly due_at: Date
  readonly is_overdue: boolean
  readonly key_id: string
  readonly sealed: Buffer
  readonly is_closed: boolean
  readonly agreement_id: string | null
}

const select = `
select t.task_id, t.event_id, e.type, e.accepted_at, c.sender, t.role, c.recipient, c.is_named_by_sender, ${wasAsOfUnknown('c.event_id', 'c.recipient')} as is_as_of_unknown,
       coalesce(o.rule_id, c.rule_id) as rule_id, coalesce(o.reasons, c.reasons) as reasons, e.child, t.opened_at, t.due_at,
       t.due_at <= safeguarding.hub_now() as is_overdue, b.key_id, b.sealed, t.closed_at is not null as is_closed, e.agreement_id
  from exchange.review_task t
  join exchange.decision c on c.decision_id = t.decision_id
  left join exchange.told_decision o on o.decision_id = c.decision_id and o.outcome = 'REVIEW'
  join exchange.event e on e.event_id = t.event_id and e.source = c.sender
  join exchange.event_body b on b.event_id = t.event_id`

const seen = `(t.owner = $1 or ($2 and c.outcome = 'REVIEW' and t.due_at <= safeguarding.hub_now()))`

/** Questions of sharing that rules leave to persons. */
export class SharingQuestionRepository {
  /** Those that are open, the soonest due first; not those whose event was taken back: nothing of them may leave. */
  async open(
    sql: Sql,
    { agencyId, isDutyDesk }: Sight,
    page: { readonly limit: number; readonly after?: Position },
  ): Promise<readonly SharingQuestion[]> {
    const after = page.after
    const rows = await sql.query<Row>(
      `${select}
        where t.closed_at is null and e.withdrawn_because is null and ${seen}
          and ($3::float8 is null or (t.due_at, t.task_id) > (to_timestamp($3::float8 / 1000), $4::uuid))
        order by t.due_at, t.task_id limit $5`,
      [agencyId, isDutyDesk, after?.dueAtMs ?? null, after?.id ?? null, page.limit],
    )
    return rows.map(questionFrom)
  }

  /** Locks a question, and holds its event for share: whoever takes the event back commits before this decision or waits for it. */
  async hold(tx: Sql, { agencyId, isDutyDesk }: Sight, id: string): Promise<HeldQuestion | undefined> {
    const rows = await tx.query<Row>(
      `${select} where t.task_id = $3::uuid and ${seen} for update of t for share of e`,
      [agencyId, isDutyDesk, id],
    )
    return rows.map((row) => ({
      ...questionFrom(row),
      isClosed: row.is_closed,
      senderAgreement: row.agreement_id ?? undefined,
    }))[0]
  }

  /** Whether an event has, or had, a slot under its own id in somebody's line. */
  async hasSlot(
    tx: Sql,
    { recipient, eventId }: { readonly recipient: string; readonly eventId: string },
  ): Promise<boolean> {
    const rows = await tx.query('select 1 from exchange.delivery where recipient = $1 and event_id = $2::uuid', [
      recipient,
      eventId,
    ])
    return rows.length > 0
  }

  async close(
    tx: Sql,
    id: string,
    by: {
      readonly person: string
      readonly answerId?: string
      readonly reason?: { readonly bytes: Buffer; readonly keyId: string }
    },
  ): Promise<void> {
    await tx.query(
      `update exchange.review_task set closed_at = clock_timestamp(), closed_by = $2, answer_id = $3::uuid, reason = $4, reason_key_id = $5::uuid
        where task_id = $1::uuid`,
      [id, by.person, by.answerId ?? null, by.reason?.bytes ?? null, by.reason?.keyId ?? null],
    )
  }

  /** Marks those whose clock has run out, each once; one line an event, locked until the word about it is written. */
  async markUndecided(tx: Sql, most: number): Promise<readonly Undecided[]> {
    const rows = await tx.query<{ event_id: string; owner: string; opened_at: Date; is_for_desk: boolean }>(
      `with due as (
         select t.task_id from exchange.review_task t
          where t.closed_at is null and t.told_at is null and t.due_at <= safeguarding.hub_now()
          order by t.due_at limit $1 for update skip locked),
       told as (
         update exchange.review_task t set told_at = now() from due where t.task_id = due.task_id
         returning t.event_id, t.owner, t.opened_at, t.decision_id)
       select t.event_id, t.owner, min(t.opened_at) as opened_at, bool_or(c.outcome = 'REVIEW') as is_for_desk
         from told t join exchange.decision c on c.decision_id = t.decision_id
        where not exists (select 1 from exchange.event e where e.event_id = t.event_id and e.source = c.sender and e.withdrawn_because is not null)
        group by t.event_id, t.owner order by t.event_id`,
      [most],
    )
    return rows.map((row) => ({
      ...{ eventId: row.event_id, owner: row.owner, openedAt: row.opened_at },
      isForDesk: row.is_for_desk,
    }))
  }
}

function questionFrom(row: Row): SharingQuestion {
  return {
    id: row.task_id,
    event: { id: row.event_id, type: row.type, acceptedAt: row.accepted_at },
    sender: row.sender,
    role: row.role ?? undefined,
    recipient: row.recipient,
    isNamedBySender: row.is_named_by_sender,
    isAsOfUnknown: row.is_as_of_unknown,
    ruleId: row.rule_id,
    reasons: row.reasons,
    childId: row.child ?? undefined,
    openedAt: row.opened_at,
    dueAt: row.due_at,
    isOverdue: row.is_overdue,
    keyId: row.key_id,
    sealed: row.sealed,
  }
}
