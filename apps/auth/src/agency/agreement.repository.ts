import type { Sql } from '#libs/postgres'

/** What a data-sharing agreement in force allows. */
export interface AgreementInForce {
  readonly purposes: readonly string[]
  readonly actions: readonly string[]
}

const findSql = `
select v.body from exchange.agreement_v v
 where v.agreement_id = $1 and v.agency_id = $2 and v.ended_at is null
   and v.valid_from <= now() and (v.valid_until is null or v.valid_until > now())`

interface Body {
  readonly purposes: Readonly<Record<string, unknown>>
  readonly actions: readonly string[]
}

/** Agreements, through the view of `exchange`, which owns them. */
export class AgreementRepository {
  constructor(private readonly sql: Sql) {}

  /** The agreement, or `undefined` when this agency has none of that id in force now. */
  async inForce(agreementId: string, agencyId: string): Promise<AgreementInForce | undefined> {
    const [row] = await this.sql.query<{ body: Body }>(findSql, [agreementId, agencyId])
    return row && { purposes: Object.keys(row.body.purposes), actions: row.body.actions }
  }
}
