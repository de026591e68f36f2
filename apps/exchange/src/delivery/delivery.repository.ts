import { JustWritten } from '#libs/kafka'
import type { OutboxMessage, Sql } from '#libs/postgres'
import type { Decision } from '../routing/decision.js'
import { hubId } from '../routing/directory.js'
import type { NewSlot, TombstoneReason } from './new-slot.js'
import { decisionValues, insertDecisions, insertRouted, recordValues, slotValues } from './routed-rows.js'

/** Somebody of the posting agency is to decide, or of the guardian desk. */
export interface ReviewTask {
  readonly taskId: string
  readonly decisionId: string
  readonly eventId: string
  readonly owner: string
  /** Whose decision it is there, as the basis says. */
  readonly role?: string
  readonly dueAt: Date
}

/** What routing some events leaves behind. */
export interface RoutedRows {
  readonly decisions: readonly Decision[]
  readonly slots: readonly NewSlot[]
  /** Access records, for the outbox. */
  readonly records: readonly OutboxMessage[]
}

/** Decisions, and the numbered slots of every recipient's feed. */
export class DeliveryRepository {
  constructor(private readonly justWritten = new JustWritten()) {}

  /** Gives every agency a line of its own, from its activation on, and every office of the hub. */
  async openLines(sql: Sql): Promise<void> {
    const lines = `select agency_id from auth.agency_v
      union select agency_id || '.' || role from auth.client_v where agency_id = $1 and role is not null`
    for (const table of ['recipient_sequence', 'feed'])
      await sql.query(`insert into exchange.${table} (recipient) ${lines} on conflict do nothing`, [hubId])
  }

  async writeDecisions(tx: Sql, decisions: readonly Decision[]): Promise<void> {
    if (decisions.length === 0) return
    await tx.query(insertDecisions, decisionValues(decisions))
    this.writeTold(tx, decisions)
  }

  /**
   * Writes decisions and records, and gives every slot the next number of its recipient's line: all of it, or the transaction
   * fails. Nobody waits for it: what follows in the transaction runs after it.
   */
  write(tx: Sql, { decisions, slots, records }: RoutedRows): void {
    if (decisions.length + slots.length + records.length === 0) return
    this.justWritten.add(records)
    void tx.query(insertRouted, [...decisionValues(decisions), ...slotValues(slots), ...recordValues(records)])
    this.writeTold(tx, decisions)
  }

  private writeTold(tx: Sql, decisions: readonly Decision[]): void {
    for (const { decisionId, asOfUnknown: told } of decisions) {
      if (told)
        void tx.query(
          'insert into exchange.told_decision (decision_id, outcome, rule_id, reasons, decided_by) values ($1, $2, $3, $4, $5)',
          [decisionId, told.outcome, told.ruleId, told.reasons, told.decidedBy],
        )
    }
  }

  /** Locks the slots of some events, in the order in which a feed locks its slots. */
  async lockCopies(tx: Sql, about: readonly string[]): Promise<void> {
    if (about.length === 0) return
    await tx.query(
      `select count(*) from (
         select from exchange.delivery where about = any($1::uuid[])
          order by recipient, sequence for update) l`,
      [about],
    )
  }

  /**
   * Takes the copies of an event back; who has locked them sees what the disclosure before it did.
   *
   * @returns the slots that had been sent: their recipients must be told
   */
  async takeBack(
    tx: Sql,
    about: string,
    reason: TombstoneReason,
  ): Promise<readonly { recipient: string; sequence: string; decisionId: string; childId: string | undefined }[]> {
    const rows = await tx.query<{
      recipient: string
      sequence: string
      decision_id: string
      child: string | null
      is_sent: boolean
    }>(
      // A feed that was read since finds the basis gone, or its reader no longer entitled, and empties the slot itself: whoever
      // had the copy before must hear of it all the same.
      `update exchange.delivery d set copy = null, key_id = null, reason = $2
        where about = $1::uuid and withdraws is null
          and (copy is not null or (first_sent_at is not null and reason <> 'erased'))
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

  /** As {@link write}: nobody waits for it. */
  openReviews(tx: Sql, tasks: readonly ReviewTask[]): void {
    for (const { taskId, decisionId, eventId, owner, role, dueAt } of tasks) {
      void tx.query(
        'insert into exchange.review_task (task_id, decision_id, event_id, owner, role, due_at) values ($1, $2, $3, $4, $5, $6)',
        [taskId, decisionId, eventId, owner, role ?? null, dueAt],
      )
    }
  }
}
