import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type * as kafkaLibrary from '#libs/kafka'
import type { LocalBroker } from '#libs/kafka'

/** `hub-control.mjs`: a whole hub for the specs, started when the first one asks. */
interface HubControl {
  /** @returns the address at which specs find it */
  listen(): Promise<string>
  close(): Promise<void>
}

/** What the set-up leaves for the tear-down, in the same process. */
export interface ServersForTests {
  broker?: LocalBroker
  folder?: string
  hub: HubControl
}

/**
 * Jest's global set-up of the end-to-end tests: a PostgreSQL and a broker for the specs of libraries, and the control of
 * a whole hub, which is started when the first spec asks for it.
 *
 * Jest transforms only this file, so our own code comes from `dist`.
 */
async function startServers(): Promise<void> {
  if (process.env['WAYMARK_HUB_CONTROL']) return // a hub that runs already, while somebody works on these specs
  const { default: startPostgres } = (await import(resolve('dist/libs/testing/src/start-postgres.js'))) as {
    default: () => Promise<void>
  }
  await startPostgres()
  const { HubControl } = (await import(resolve('e2e/hub-control.mjs'))) as {
    HubControl: new () => HubControl
  }
  const hub = new HubControl()
  process.env['WAYMARK_HUB_CONTROL'] = await hub.listen()
  const left: ServersForTests = { hub }
  Object.assign(globalThis, { waymarkServersForTests: left })
  if (process.env['KAFKA_BROKERS']) return
  const { startLocalBroker } = (await import(resolve('dist/libs/kafka/src/index.js'))) as typeof kafkaLibrary
  left.folder = await mkdtemp(join(tmpdir(), 'waymark-broker-'))
  left.broker = await startLocalBroker({ folder: left.folder })
  process.env['KAFKA_BROKERS'] = left.broker.brokers.join(',')
}

export { startServers as default }
