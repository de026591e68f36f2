import { newId, type Sql } from '#libs/postgres'
import type { Acknowledgement } from './acknowledgement.js'

/** Acknowledgements, kept as evidence, and how far each feed is acknowledged. */
export class AcknowledgementRepository {
  /** Where a feed stands, locked: after the slots that are acknowledged up to a number, as a feed that is read locks them. */
  async lock(tx: Sql, recipient: string, upTo: bigint): Promise<{ sent: bigint; acknowledged: bigint }> {
    void tx.query(
      `select count(*) from (
         select from exchange.delivery where recipient = $1 and sequence <= $2::bigint and acked_at is null
          order by sequence for update) l`,
      [recipient, upTo.toString()],
    )
    const [row] = await tx.query<{ sent: string; acknowledged: string }>(
      'select sent, acknowledged from exchange.feed where recipient = $1 for update',
      [recipient],
    )
    return { sent: BigInt(row?.sent ?? 0), acknowledged: BigInt(row?.acknowledged ?? 0) }
  }

  async keep(
    tx: Sql,
    received: { recipient: string; clientId: string; jws: string },
    acknowledgement: Acknowledgement,
  ): Promise<void> {
    await tx.query(
      `insert into exchange.acknowledgement (acknowledgement_id, recipient, client_id, up_to, exceptions, jws)
       values ($1, $2, $3, $4, $5, $6)`,
      [
        newId(),
        received.recipient,
        received.clientId,
        acknowledgement.upTo.toString(),
        JSON.stringify(acknowledgement.exceptions),
        received.jws,
      ],
    )
  }

  async advance(tx: Sql, recipient: string, upTo: bigint): Promise<void> {
    await tx.query(
      `with d as (
         update exchange.delivery set acked_at = now()
          where recipient = $1 and sequence <= $2::bigint and acked_at is null)
       update exchange.feed set acknowledged = $2::bigint where recipient = $1 and acknowledged < $2::bigint`,
      [recipient, upTo.toString()],
    )
  }
}
