import type { Sql } from '#libs/postgres'
import type { AgencyKind } from '#libs/security'

/** A registered program of an agency, and the public keys it may sign with now. */
export interface RegisteredClient {
  readonly clientId: string
  readonly agencyId: string
  readonly agencyKind: AgencyKind
  readonly role: string | null
  readonly agreementId: string
  readonly keys: readonly Readonly<Record<string, unknown>>[]
}

const findSql = `
select c.client_id as "clientId", c.agency_id as "agencyId", a.kind as "agencyKind", c.role, c.agreement_id as "agreementId",
       coalesce((select jsonb_agg(k.jwk || jsonb_build_object('kid', k.kid, 'use', k.use))
                   from auth.public_key_v k
                  where k.client_id = c.client_id and k.use = 'sig' and k.not_before <= now()
                    and (k.not_after is null or k.not_after > now())
                    and not exists (select from auth.live_revocations r where r.kind = 'kid' and r.value = k.kid)), '[]') as keys
  from auth.client_v c join auth.agency_v a using (agency_id)
 where c.client_id = $1
   and not exists (select from auth.live_revocations r
                    where (r.kind = 'client' and r.value = c.client_id) or (r.kind = 'agency' and r.value = c.agency_id))`

/** The clients that may ask for tokens at this instant: neither they, their agency nor the keys given are revoked. */
export class ClientRepository {
  constructor(private readonly sql: Sql) {}

  async find(clientId: string): Promise<RegisteredClient | undefined> {
    const [row] = await this.sql.query<RegisteredClient>(findSql, [clientId])
    return row
  }
}
