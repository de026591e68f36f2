import { randomBytes } from 'node:crypto'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startLocalBroker } from '#libs/kafka'
import { createDatabase, startLocalServer } from '#libs/postgres'
import type { DataFolder } from './data-folder.js'
import { portOf, type Ports } from './ports.js'

/** A server this program started, or one it was given. */
interface Server {
  /** What to print beside its name. */
  readonly detail: string
  stop(): Promise<void>
}

export interface PostgresServer extends Server {
  /** Of the hub's database, as a role that may create roles and schemas. */
  readonly adminUrl: string
}

export interface KafkaServer extends Server {
  readonly brokers: readonly string[]
}

const notOurs = () => Promise.resolve()

/** PostgreSQL: the one of `given`, else one of our own in the data folder. */
export async function openPostgres(
  given: string | undefined,
  folder: DataFolder,
  ports: Ports,
  options: { readonly keep: boolean; readonly note: (line: string) => void },
): Promise<PostgresServer> {
  if (given) return { adminUrl: given, detail: `at ${new URL(given).host}`, stop: notOurs }
  const server = await startLocalServer({
    folder: join(folder.path, 'postgres'),
    port: portOf(ports, 'postgres'),
    superPassword: await secretFile(join(folder.keys, 'postgres-admin.password')),
    fsync: options.keep,
    log: options.note,
  })
  const adminUrl = await createDatabase(server.url, 'waymark')
  return { adminUrl, detail: `on port ${String(server.port)}`, stop: () => server.stop() }
}

/** The addresses of the brokers of `given`, else of the one of our own, whether or not it runs yet. */
export function brokersOf(given: string | undefined, ports: Ports): readonly string[] {
  return given ? given.split(',').map((broker) => broker.trim()) : [`127.0.0.1:${String(portOf(ports, 'kafka'))}`]
}

/** Kafka: the brokers of `given`, else one of our own in the data folder. */
export async function openKafka(given: string | undefined, folder: DataFolder, ports: Ports): Promise<KafkaServer> {
  if (given) return { brokers: brokersOf(given, ports), detail: `at ${given}`, stop: notOurs }
  const broker = await startLocalBroker({
    folder: join(folder.path, 'kafka'),
    port: portOf(ports, 'kafka'),
    controllerPort: portOf(ports, 'kafka-controller'),
  })
  return {
    brokers: broker.brokers,
    detail: `on port ${String(portOf(ports, 'kafka'))}`,
    stop: () => broker.stop(),
  }
}

/** A random secret in a file only its owner can read; kept once it is made. */
export async function secretFile(path: string): Promise<string> {
  const found = await readFile(path, 'utf8').catch(() => undefined)
  if (found) return found
  const secret = randomBytes(24).toString('base64url')
  await writeFile(path, secret, { mode: 0o600 })
  await chmod(path, 0o600)
  return secret
}
