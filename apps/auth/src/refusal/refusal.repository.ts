import type { OutboxMessage, Sql } from '#libs/postgres'

/** Whether an address may go on being refused, and if not for how long it has to wait. */
export interface Patience {
  readonly allowed: boolean
  readonly retryAfterSeconds: number
}

/** Refusals: counted by address, and written to the outbox as access records. */
export class RefusalRepository {
  constructor(private readonly sql: Sql) {}

  /** Counts one refusal of an address: 600 a minute, then one every tenth of a second. */
  async count(address: string): Promise<Patience> {
    const [row] = await this.sql.query<{ allowed: boolean; retry_after: number }>(
      'select allowed, retry_after from auth.take($1, 600, 60)',
      [`token ${address}`],
    )
    return { allowed: row?.allowed !== false, retryAfterSeconds: row?.retry_after ?? 0 }
  }

  async record({ eventId, key, partition, headers, value }: OutboxMessage): Promise<void> {
    const message = {
      record_id: eventId,
      key: key.toString('base64'),
      partition,
      headers,
      value: value.toString('base64'),
    }
    await this.sql.query('select auth.record_refusal($1::jsonb)', [JSON.stringify(message)])
  }
}
