import type { AgencyKind } from '#libs/policy'
import type { Sql } from '#libs/postgres'
import type { PublicJwk } from '#libs/security'
import { Directory, type Agency } from './directory.js'

interface AgencyRow {
  readonly agency_id: string
  readonly kind: AgencyKind
  readonly services: readonly string[]
  readonly organisation_system: string
  readonly organisation_value: string
  readonly areas: readonly string[]
  readonly status: string
  readonly phone: string | null
  readonly out_of_hours_phone: string | null
  readonly jwk: PublicJwk | null
  readonly kid: string | null
}

const agencies = `
select a.agency_id, a.kind, a.services, a.organisation_system, a.organisation_value, a.areas, a.status, a.phone, a.out_of_hours_phone, k.kid, k.jwk
  from auth.agency_v a
  left join lateral (
    select kid, jwk from auth.public_key_v p
     where p.agency_id = a.agency_id and p.use = 'enc' and p.not_before <= now() and (p.not_after is null or now() < p.not_after)
     order by p.not_before desc limit 1) k on true`

/** The directory as `auth` has it. */
export class DirectoryRepository {
  constructor(private readonly sql: Sql) {}

  async load(): Promise<Directory> {
    const [rows, roles] = await Promise.all([
      this.sql.query<AgencyRow>(agencies),
      this.sql.query<{ role: string; agreement_id: string }>(
        `select role, agreement_id from auth.client_v where role is not null`,
      ),
    ])
    return new Directory(
      rows.map(agencyFrom),
      roles.map(({ role, agreement_id }) => ({ role, agreementId: agreement_id })),
    )
  }

  /** The registered signing keys of a client, with their ids. */
  async signingKeysOf(clientId: string): Promise<readonly PublicJwk[]> {
    const rows = await this.sql.query<{ kid: string; jwk: PublicJwk }>(
      `select kid, jwk from auth.public_key_v
        where client_id = $1 and use = 'sig' and not_before <= now() and (not_after is null or now() < not_after)`,
      [clientId],
    )
    return rows.map(({ kid, jwk }) => ({ ...jwk, kid }))
  }
}

function agencyFrom(row: AgencyRow): Agency {
  return {
    id: row.agency_id,
    kind: row.kind,
    services: row.services,
    organisation: { system: row.organisation_system, value: row.organisation_value },
    areas: row.areas,
    status: row.status,
    ...(row.phone !== null && { phone: row.phone }),
    ...(row.out_of_hours_phone !== null && { outOfHoursPhone: row.out_of_hours_phone }),
    ...(row.jwk && { encryptionKey: { ...row.jwk, ...(row.kid !== null && { kid: row.kid }) } }),
  }
}
