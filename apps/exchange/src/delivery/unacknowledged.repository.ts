import type { Sql } from '#libs/postgres'

/** A slot whose recipient has not acknowledged it in time. */
export interface Overdue {
  readonly recipient: string
  readonly sequence: string
  /** The event it tells of, who posted it, and its sealed body. */
  readonly about: string
  readonly sender: string
  readonly dueAt: Date
  readonly isProtected: boolean
  readonly keyId: string
  readonly sealed: Buffer
}

/** Slots that nobody acknowledged. */
export class UnacknowledgedRepository {
  /** Marks those that are due by the hub's clock, each once, and returns them; locked until the word about them is written. */
  async mark(tx: Sql, most: number): Promise<readonly Overdue[]> {
    const rows = await tx.query<{
      recipient: string
      sequence: string
      about: string
      sender: string
      ack_due_at: Date
      level: string | null
      key_id: string
      sealed: Buffer
    }>(
      `with due as (
         select recipient, sequence from exchange.delivery
          where acked_at is null and unacknowledged_at is null and ack_due_at <= safeguarding.hub_now()
          order by ack_due_at limit $1 for update skip locked),
       d as (
         update exchange.delivery d set unacknowledged_at = now() from due
          where d.recipient = due.recipient and d.sequence = due.sequence
          returning d.recipient, d.sequence, d.about, d.child, d.decision_id, d.ack_due_at)
       select d.recipient, d.sequence, d.about, c.sender, d.ack_due_at, b.key_id, b.sealed,
              (select p.level from identity.protection_v p where p.child_id = d.child) as level
         from d join exchange.decision c using (decision_id) join exchange.event_body b on b.event_id = d.about
        order by d.recipient, d.sequence`,
      [most],
    )
    return rows.map((row) => ({
      recipient: row.recipient,
      sequence: row.sequence,
      about: row.about,
      sender: row.sender,
      dueAt: row.ack_due_at,
      isProtected: row.level !== null,
      keyId: row.key_id,
      sealed: row.sealed,
    }))
  }
}
