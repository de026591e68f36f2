import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The ports of a broker, both on 127.0.0.1. */
export interface BrokerPorts {
  readonly port: number
  readonly controllerPort: number
}

const log4j = `rootLogger.level=warn
rootLogger.appenderRef.console.ref=console
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d{ISO8601} %-5p %c{1} %m%n
`

/**
 * A broker that was killed is let in again when the session of the one before is over: 4 s, where Kafka waits 9 for one
 * that may still live. Here it is dead: whatever was left over is ended before a start.
 */
const session = `broker.session.timeout.ms=4000
broker.heartbeat.interval.ms=1000
`

function serverProperties({ port, controllerPort }: BrokerPorts): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
controller.listener.names=CONTROLLER
log.dirs=log
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
log.cleaner.dedupe.buffer.size=2097152
num.network.threads=1
num.io.threads=2
${session}`
}

/** Writes what the broker reads, and links the jars beside it: Java is given paths relative to the folder only. */
export async function writeBrokerFiles(folder: string, jars: string, ports: BrokerPorts): Promise<void> {
  await writeFile(join(folder, 'server.properties'), serverProperties(ports))
  await writeFile(join(folder, 'log4j2.properties'), log4j)
  await rm(join(folder, 'lib'), { recursive: true, force: true })
  await symlink(jars, join(folder, 'lib'), 'dir')
}

/** Named one by one and sorted: `lib/*` has the order of the folder, and a class archive is void under another order. */
export async function classPath(folder: string): Promise<string> {
  const names = await readdir(join(folder, 'lib'))
  return names
    .filter((name) => name.endsWith('.jar'))
    .sort()
    .map((name) => `lib/${name}`)
    .join(':')
}

/** A new cluster's id. It never begins with '-', which would be taken for an option. */
export function newClusterId(): string {
  return `W${randomBytes(16).toString('base64url').slice(1)}`
}

/** The cluster id of a formatted folder; `undefined` if it is not formatted. */
export async function clusterIdOf(folder: string): Promise<string | undefined> {
  const file = join(folder, 'log', 'meta.properties')
  if (!existsSync(file)) return undefined
  return /^cluster\.id=(.+)$/m.exec(await readFile(file, 'utf8'))?.[1]
}
