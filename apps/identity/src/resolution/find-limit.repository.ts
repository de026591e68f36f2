import { Injectable } from '@nestjs/common'
import { Database, type Sql } from '#libs/postgres'
import { Problem } from '#libs/service'

/** Searches of one client in one hour that may find nobody for certain: whoever tries names learns little. */
const failedAtMost = 1_000
const hourSeconds = 3_600

/** Counts searches that found nobody. */
@Injectable()
export class FindLimitRepository {
  constructor(private readonly database: Database) {}

  /** @throws Problem 429 `RATE_LIMITED` once a client's hour is used up */
  async require(clientId: string): Promise<void> {
    const [row] = await this.database.query<{ finds: number; seconds: number }>(
      `select finds, extract(epoch from hour + interval '1 hour' - now())::integer as seconds
         from identity.failed_find where client_id = $1 and hour = date_trunc('hour', now())`,
      [clientId],
    )
    if (row && row.finds >= failedAtMost)
      throw new Problem('RATE_LIMITED', undefined, {
        retryAfterSeconds: Math.max(1, Math.min(hourSeconds, row.seconds)),
      })
  }

  async count(tx: Sql, clientId: string, finds = 1): Promise<void> {
    await tx.query(
      `insert into identity.failed_find (client_id, hour, finds) values ($1, date_trunc('hour', now()), $2)
       on conflict (client_id, hour) do update set finds = identity.failed_find.finds + excluded.finds`,
      [clientId, finds],
    )
  }
}
