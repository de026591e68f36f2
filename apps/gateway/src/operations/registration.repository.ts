import type { Sql } from '#libs/postgres'
import type { Registrations } from './known-operations.js'

interface LimitsRow {
  agreement_id: string
  agency_id: string
  most: string | null
  most_of_user: string | null
  in_force: boolean
}

/** Reads what agreements register and which agencies are connected, through the views their owners publish. */
export class RegistrationRepository {
  constructor(private readonly sql: Sql) {}

  async read(): Promise<Registrations> {
    const [operations, agreements, agencies] = await Promise.all([
      this.sql.query<{ agreement_id: string; agency_id: string; sha256: string; document: string }>(
        'select agreement_id, agency_id, sha256, document from exchange.operation_v',
      ),
      this.sql.query<LimitsRow>(
        `select agreement_id, agency_id, body ->> 'distinctChildrenPerHour' as most, body ->> 'distinctChildrenPerUserPerHour' as most_of_user,
                ended_at is null and valid_from <= now() and (valid_until is null or now() < valid_until) as in_force
           from exchange.agreement_v`,
      ),
      this.sql.query<{ agency_id: string; kind: string }>(
        `select agency_id, kind from auth.agency_v where status = 'active' order by kind, agency_id`,
      ),
    ])
    return {
      operations: operations.map((row) => ({
        agreementId: row.agreement_id,
        agencyId: row.agency_id,
        sha256: row.sha256,
        document: row.document,
      })),
      limits: agreements.map((row) => ({
        agreementId: row.agreement_id,
        agencyId: row.agency_id,
        isInForce: row.in_force,
        ...(row.most !== null && { perClient: Number(row.most) }),
        ...(row.most_of_user !== null && { perUser: Number(row.most_of_user) }),
      })),
      coverage: byKind(
        agencies.filter(({ agency_id: id }) => agreements.some((one) => one.in_force && one.agency_id === id)),
      ),
    }
  }
}

function byKind(agencies: readonly { agency_id: string; kind: string }[]): Record<string, string[]> {
  const coverage: Record<string, string[]> = {}
  for (const { agency_id: id, kind } of agencies) (coverage[kind] ??= []).push(id)
  return coverage
}
