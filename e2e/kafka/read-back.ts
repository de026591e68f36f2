import { randomBytes } from 'node:crypto'
import { kafkaEventLog, type EventLog, type LogMessage } from '#libs/kafka'
import { silentLogger } from '#libs/service'

/** The brokers of this run. */
export function brokers(): string[] {
  return (process.env['KAFKA_BROKERS'] ?? '').split(',')
}

/** An event log whose topics nobody else has. */
export function logOfThisFile(at = brokers(), topicPrefix = `${randomBytes(4).toString('hex')}.`): EventLog {
  return kafkaEventLog({ brokers: at, clientId: 'e2e', topicPrefix, logger: silentLogger() })
}

/** Everything that one topic holds, per partition in order, read as a consumer of its own. */
export async function readBack(log: EventLog, topic: string): Promise<readonly LogMessage[]> {
  const ends = await log.ends(topic)
  const expected = ends.reduce((sum, { low, high }) => sum + Number(high - low), 0)
  const found: LogMessage[] = []
  const reader = log.read({
    group: `read-back-${randomBytes(4).toString('hex')}`,
    topics: [topic],
    onAssigned: (partitions) => Promise.resolve(partitions.map((at) => ({ ...at, offset: 0n }))),
    onMessages: (_, messages) => found.push(...messages),
  })
  await until(() => Promise.resolve(found.length >= expected), 30_000)
  await reader.close()
  return found
}

export async function until(what: () => Promise<boolean>, ms = 20_000): Promise<void> {
  for (const end = Date.now() + ms; !(await what()); await new Promise((resolve) => setTimeout(resolve, 25)))
    if (Date.now() > end) throw new Error('it did not happen in time')
}
