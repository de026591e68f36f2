import type { OutboxMessage, Sql } from '#libs/postgres'
import { InGroups } from './in-groups.js'

/** A proof to claim. */
interface Claim {
  readonly jkt: string
  readonly digest: Buffer
  readonly expiresAtMs: number
}

/** The different children that a person, a client or an agency asks about in an hour. */
export interface Fanout {
  readonly scope: string
  readonly items: readonly Buffer[]
  readonly max: number
}

/** What the database says to a request: whether its proof is new, and whether its children are within the limit. */
interface Admission {
  readonly isClaimed: boolean
  readonly isWithinFanout: boolean
  readonly retryAfterSeconds: number
}

const claimsSql = `select auth.claim_once(issuer, digest, to_timestamp(expires)) as claimed
  from unnest($1::text[], $2::bytea[], $3::float8[]) with ordinality as claim (issuer, digest, expires, n) order by n`
const fanoutSql = `select auth.claim_once($1, $2, to_timestamp($3)) as claimed, taken.allowed, taken.retry_after
  from auth.take_distinct_in_turn($4::text[], $5::bytea[], $6::int[], 3600) as taken`

/** The gateway's only SQL on the request path: functions of `auth`, one round trip a request at most. */
export class AdmissionRepository {
  private readonly claims: InGroups<Claim, boolean>

  constructor(private readonly sql: Sql) {
    this.claims = new InGroups((group) => this.claimAll(group))
  }

  /** @param fanouts - counted in this order, and no further than the first whose limit is reached */
  async admit(proof: Claim, fanouts: readonly Fanout[] = []): Promise<Admission> {
    const asked = fanouts.flatMap(({ scope, items, max }) => items.map((item) => ({ scope, item, max })))
    if (asked.length === 0)
      return { isClaimed: await this.claims.ask(proof), isWithinFanout: true, retryAfterSeconds: 0 }
    const columns = [asked.map(({ scope }) => scope), asked.map(({ item }) => item), asked.map(({ max }) => max)]
    const params = [issuerOf(proof), proof.digest, secondsOf(proof), ...columns]
    const [row] = await this.sql.query<Taken>(fanoutSql, params)
    return {
      isClaimed: row?.claimed === true,
      isWithinFanout: row?.allowed === true,
      retryAfterSeconds: Math.max(1, row?.retry_after ?? 1),
    }
  }

  /** Counts a refused token of an address; says whether the address is still within 600 a minute. */
  async countRefusal(address: string): Promise<boolean> {
    const [row] = await this.sql.query<{ allowed: boolean }>('select allowed from auth.take($1, 600, 60)', [
      `refused ${address}`,
    ])
    return row?.allowed !== false
  }

  /** Writes the access record of a refusal into the outbox of `auth`, which passes it on. */
  async recordRefusal({ eventId, key, partition, headers, value }: OutboxMessage): Promise<void> {
    const message = {
      record_id: eventId,
      key: key.toString('base64'),
      partition,
      headers,
      value: value.toString('base64'),
    }
    await this.sql.query('select auth.record_refusal($1::jsonb)', [JSON.stringify(message)])
  }

  /** In one order everywhere: two gateways that are shown the same proofs must not wait for each other in a circle. */
  private async claimAll(claims: readonly Claim[]): Promise<ReadonlyMap<Claim, boolean>> {
    const ordered = [...claims].sort((a, b) => Buffer.compare(a.digest, b.digest) || (a.jkt < b.jkt ? -1 : 1))
    const rows = await this.sql.query<{ claimed: boolean }>(claimsSql, [
      ordered.map(issuerOf),
      ordered.map(({ digest }) => digest),
      ordered.map(secondsOf),
    ])
    return new Map(ordered.map((claim, at) => [claim, rows[at]?.claimed === true]))
  }
}

function issuerOf({ jkt }: Claim): string {
  return `dpop ${jkt}`
}

function secondsOf({ expiresAtMs }: Claim): number {
  return expiresAtMs / 1000
}

interface Taken {
  readonly claimed: boolean
  readonly allowed: boolean
  readonly retry_after: number
}
