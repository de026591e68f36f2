import type { Sql } from '#libs/postgres'

/** A slot as its recipient may list it, without what is sealed in it. */
export interface ListedSlot {
  readonly id: string
  readonly sequence: string
  readonly reason: string | null
  readonly withdraws: string | null
  readonly createdAt: Date
  readonly firstSentAt: Date | null
  readonly acknowledgeBy: Date | null
  readonly acknowledgedAt: Date | null
  /** Known to the recipient from the copy it was sent; null before, and behind a tombstone. */
  readonly event: { readonly id: string; readonly type: string; readonly acceptedAt: string } | null
}

/** Lists of slots, newest first. */
export class DeliveryListRepository {
  constructor(private readonly sql: Sql) {}

  async before(recipient: string, sequence: string | undefined, limit: number): Promise<readonly ListedSlot[]> {
    return this.sql.query<ListedSlot>(
      `select d.event_id as id, d.sequence, d.reason, d.withdraws, d.created_at as "createdAt", d.first_sent_at as "firstSentAt",
              d.ack_due_at as "acknowledgeBy", d.acked_at as "acknowledgedAt",
              case when d.copy is not null and d.first_sent_at is not null then
                jsonb_build_object('id', e.event_id, 'type', e.type, 'acceptedAt', e.accepted_at) end as event
         from exchange.delivery d join exchange.decision c using (decision_id)
         left join exchange.event e on e.event_id = d.about and e.source = c.sender
        where d.recipient = $1 and ($2::bigint is null or d.sequence < $2::bigint)
        order by d.sequence desc limit $3`,
      [recipient, sequence ?? null, limit],
    )
  }
}
