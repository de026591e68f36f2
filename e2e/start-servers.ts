import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type * as kafkaLibrary from '#libs/kafka'
import type { LocalBroker } from '#libs/kafka'

/** What the set-up leaves for the tear-down, in the same process. */
export interface BrokerForTests {
  broker: LocalBroker
  folder: string
}

/** Jest's global set-up of the end-to-end tests. Jest transforms only this file, so our own code comes from `dist`. */
async function startServers(): Promise<void> {
  const { default: startPostgres } = (await import(resolve('dist/libs/testing/src/start-postgres.js'))) as {
    default: () => Promise<void>
  }
  await startPostgres()
  if (process.env['KAFKA_BROKERS']) return
  const { startLocalBroker } = (await import(resolve('dist/libs/kafka/src/index.js'))) as typeof kafkaLibrary
  const folder = await mkdtemp(join(tmpdir(), 'waymark-broker-'))
  const broker = await startLocalBroker({ folder })
  Object.assign(globalThis, { waymarkBrokerForTests: { broker, folder } satisfies BrokerForTests })
  process.env['KAFKA_BROKERS'] = broker.brokers.join(',')
}

export { startServers as default }
