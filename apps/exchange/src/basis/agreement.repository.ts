import type { Sql } from '#libs/postgres'
import type { Agreement, AgreementBody } from './agreement.js'

/** A row of `exchange.agreement`. */
export interface AgreementRow {
  readonly agreement_id: string
  readonly version: number
  readonly agency_id: string
  readonly body: AgreementBody
  readonly valid_from: Date
  readonly valid_until: Date | null
  readonly ended_at: Date | null
}

const columns = 'agreement_id, version, agency_id, body, valid_from, valid_until, ended_at'

/** Agreements as the database has them. */
export class AgreementRepository {
  constructor(private readonly sql: Sql) {}

  async all(): Promise<readonly Agreement[]> {
    const rows = await this.sql.query<AgreementRow>(`select ${columns} from exchange.agreement_v`)
    return rows.map(agreementFrom)
  }

  async find(id: string): Promise<Agreement | undefined> {
    const rows = await this.sql.query<AgreementRow>(
      `select ${columns} from exchange.agreement_v where agreement_id = $1`,
      [id],
    )
    return rows.map(agreementFrom)[0]
  }

  /**
   * Ends an agreement, all its versions at once; one that is ended already stays as it is.
   *
   * Disclosures hold the rows for share, so this commits before or after each of them, never during one.
   */
  async end(tx: Sql, ending: { id: string; by: string; because: string }): Promise<void> {
    await tx.query(
      `update exchange.agreement set ended_at = clock_timestamp(), ended_by = $2, ended_because = $3
        where agreement_id = $1 and ended_at is null`,
      [ending.id, ending.by, ending.because],
    )
  }

  /** Turns what has not left under an agreement into tombstones. What is acknowledged unread is judged when it is read. */
  async takeBack(id: string): Promise<void> {
    await this.sql.query(
      `with waiting as (
         select d.recipient, d.sequence
           from exchange.delivery d join exchange.decision c using (decision_id)
           left join exchange.event e on e.event_id = c.event_id and e.source = c.sender
          where d.acked_at is null and d.first_sent_at is null and d.copy is not null and (c.agreement_id = $1 or e.agreement_id = $1)
          order by d.recipient, d.sequence for update of d)
       update exchange.delivery d set copy = null, key_id = null, reason = 'no-longer-entitled'
         from waiting w where d.recipient = w.recipient and d.sequence = w.sequence`,
      [id],
    )
  }
}

export function agreementFrom(row: AgreementRow): Agreement {
  return {
    id: row.agreement_id,
    version: row.version,
    agencyId: row.agency_id,
    body: row.body,
    validFromMs: row.valid_from.getTime(),
    ...(row.valid_until && { validUntilMs: row.valid_until.getTime() }),
    ...(row.ended_at && { endedAtMs: row.ended_at.getTime() }),
  }
}
