import { createHash } from 'node:crypto'
import type { Sql } from '#libs/postgres'

/** Assertions and proofs that were used; one store for every process. */
export class ReplayRepository {
  constructor(private readonly sql: Sql) {}

  /**
   * Claims a value for its one use.
   *
   * @returns false when somebody claimed it before, in whatever process
   */
  async claim(issuer: string, value: string, lifeSeconds: number): Promise<boolean> {
    const digest = createHash('sha256').update(value).digest()
    const [row] = await this.sql.query<{ claimed: boolean }>(
      'select auth.claim_once($1, $2, now() + make_interval(secs => $3)) as claimed',
      [issuer, digest, lifeSeconds],
    )
    return row?.claimed === true
  }

  /** Removes what can no longer be replayed, and counters that have run full again. */
  async prune(): Promise<void> {
    await this.sql.query(`delete from auth.replay where expires_at < now() - interval '1 minute'`)
    await this.sql.query(`delete from auth.rate where full_at < now() - interval '1 minute'`)
    await this.sql.query(`delete from auth.distinct_item where seen_at < now() - interval '1 day'`)
  }
}
