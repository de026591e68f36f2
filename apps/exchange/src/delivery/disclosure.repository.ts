import type { Sql } from '#libs/postgres'
import type { Agreement } from '../basis/agreement.js'
import { agreementFrom, type AgreementRow } from '../basis/agreement.repository.js'

/** Whether the first decision about an event and a recipient was told of as of a child that nobody has heard of. */
export const wasAsOfUnknown = (eventId: string, recipient: string) => `exists (
  select from exchange.told_decision o where o.decision_id = (
    select f.decision_id from exchange.decision f where f.event_id = ${eventId} and f.recipient = ${recipient}
     order by f.decided_at, f.decision_id limit 1))`

/** A sealed event, to make a copy from again. */
export interface SealedEvent {
  readonly eventId: string
  readonly keyId: string
  readonly sealed: Buffer
}

/** What a disclosure rests on, read in its own transaction. */
export class DisclosureRepository {
  /**
   * The recipients' agreements and those of senders named here, of each the newest version, held for share: each is ended
   * before this disclosure commits, or after it.
   */
  async holdAgreements(
    tx: Sql,
    recipients: readonly string[],
    named: readonly string[],
  ): Promise<readonly Agreement[]> {
    const rows = await tx.query<AgreementRow>(
      `select agreement_id, version, agency_id, body, valid_from, valid_until, ended_at from exchange.agreement
        where agency_id = any($1::text[]) or agreement_id = any($2::text[]) order by agreement_id, version for share`,
      [recipients, named],
    )
    return [...new Map(rows.map((row) => [row.agreement_id, agreementFrom(row)])).values()]
  }

  /** Whether the sender of an event was told of a recipient, when it was routed, as of a child that nobody has heard of. */
  async wasAsOfUnknown(tx: Sql, eventId: string, recipient: string): Promise<boolean> {
    const rows = await tx.query<{ was: boolean }>(`select ${wasAsOfUnknown('$1::uuid', '$2')} as was`, [
      eventId,
      recipient,
    ])
    return rows[0]?.was ?? false
  }

  async body(tx: Sql, eventId: string): Promise<SealedEvent | undefined> {
    const rows = await tx.query<{ key_id: string; sealed: Buffer }>(
      'select key_id, sealed from exchange.event_body where event_id = $1::uuid',
      [eventId],
    )
    return rows.map(({ key_id, sealed }) => ({ eventId, keyId: key_id, sealed }))[0]
  }
}
