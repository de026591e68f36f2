import type { Sql } from '#libs/postgres'

const noLimit = 2n ** 62n

/**
 * How far `safeguarding` has come in a topic; other topics have no limit. Questions of one turn of the event loop, one a
 * partition, travel as one statement.
 */
export function safeguardingLimit(sql: Sql, limited: string): (topic: string, partition: number) => Promise<bigint> {
  let asked: Promise<ReadonlyMap<number, bigint>> | undefined
  const ask = async () => {
    await Promise.resolve()
    asked = undefined
    const rows = await sql.query<{ part: number; next: string }>(
      'select part, next from safeguarding.progress_v where topic = $1',
      [limited],
    )
    return new Map(rows.map(({ part, next }) => [part, BigInt(next)]))
  }
  return async (topic, partition) => {
    if (topic !== limited) return noLimit
    return (await (asked ??= ask())).get(partition) ?? 0n
  }
}
