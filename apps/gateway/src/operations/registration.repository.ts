import type { Sql } from '#libs/postgres'
import type { Registrations } from './known-operations.js'

/** Reads what agreements register and which agencies are active, through the views their owners publish. */
export class RegistrationRepository {
  constructor(private readonly sql: Sql) {}

  async read(): Promise<Registrations> {
    const [operations, agreements, agencies] = await Promise.all([
      this.sql.query<{ agreement_id: string; agency_id: string; sha256: string; document: string }>(
        'select agreement_id, agency_id, sha256, document from exchange.operation_v',
      ),
      this.sql.query<{ agreement_id: string; most: string | null }>(
        `select agreement_id, body ->> 'distinctChildrenPerHour' as most from exchange.agreement_v`,
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
      distinctChildrenPerHour: new Map(
        agreements.filter(({ most }) => most !== null).map((row) => [row.agreement_id, Number(row.most)]),
      ),
      coverage: byKind(agencies),
    }
  }
}

function byKind(agencies: readonly { agency_id: string; kind: string }[]): Record<string, string[]> {
  const coverage: Record<string, string[]> = {}
  for (const { agency_id: id, kind } of agencies) (coverage[kind] ??= []).push(id)
  return coverage
}
