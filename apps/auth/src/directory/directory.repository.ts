import type { Sql } from '#libs/postgres'
import type { PrivateJwk } from '#libs/security'

/** An agency as the directory lists it. */
export interface ListedAgency {
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly services?: readonly string[]
  readonly organisation: { readonly system: string; readonly value: string }
  readonly areas?: readonly string[]
  readonly phone?: string
  readonly outOfHoursPhone?: string
}

/** A program of an agency as the directory lists it. */
export interface ListedClient {
  readonly clientId: string
  readonly agencyId: string
  readonly role?: string
  readonly agreementId: string
}

/** A public key and whose it is: a client's, to sign with, or an agency's, to seal for. */
export interface ListedKey {
  readonly agencyId: string
  readonly clientId?: string
  readonly use: 'sig' | 'enc'
  readonly jwk: PrivateJwk
}

/** Writes the directory, as the owner of the tables. */
export class DirectoryRepository {
  constructor(private readonly sql: Sql) {}

  async putAgency(agency: ListedAgency): Promise<void> {
    const { id, name, kind, services = [], organisation, areas = [], phone = null, outOfHoursPhone = null } = agency
    await this.sql.query(
      `insert into auth.agency (agency_id, name, kind, services, organisation_system, organisation_value, areas, phone, out_of_hours_phone)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict (agency_id) do update set name = excluded.name, kind = excluded.kind, services = excluded.services,
         organisation_system = excluded.organisation_system, organisation_value = excluded.organisation_value,
         areas = excluded.areas, phone = excluded.phone, out_of_hours_phone = excluded.out_of_hours_phone`,
      [id, name, kind, services, organisation.system, organisation.value, areas, phone, outOfHoursPhone],
    )
  }

  async putClient({
    clientId,
    agencyId,
    role = null,
    agreementId,
  }: Omit<ListedClient, 'role'> & { role?: string | null }): Promise<void> {
    await this.sql.query(
      `insert into auth.client (client_id, agency_id, role, agreement_id) values ($1, $2, $3, $4)
       on conflict (client_id) do update set agency_id = excluded.agency_id, role = excluded.role, agreement_id = excluded.agreement_id`,
      [clientId, agencyId, role, agreementId],
    )
  }

  /** Adds the key, and ends every other of the same owner and use: the folder holds the one in use. */
  async putKey({ agencyId, clientId, use, jwk }: ListedKey): Promise<void> {
    await this.sql.query(
      `update auth.public_key set not_after = now()
        where agency_id = $1 and client_id is not distinct from $2 and use = $3 and kid <> $4 and not_after is null`,
      [agencyId, clientId ?? null, use, jwk['kid']],
    )
    await this.sql.query(
      `insert into auth.public_key (kid, agency_id, client_id, use, jwk) values ($1, $2, $3, $4, $5) on conflict (kid) do nothing`,
      [jwk['kid'], agencyId, clientId ?? null, use, JSON.stringify(jwk)],
    )
  }
}
