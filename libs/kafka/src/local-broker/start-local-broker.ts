import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { clusterIdAt } from '../cluster-id.js'
import { classPath, clusterIdOf, newClusterId, writeBrokerFiles, type BrokerPorts } from './broker-files.js'
import { newArchive, startGuarded, type Guarded } from './broker-guard.js'
import { fetchBrokerJars, jarFolder, javaVersion } from './broker-jars.js'
import { endLeftover } from './leftover.js'
import { brokerEnvironment } from './local-broker.config.js'
import { LocalBrokerFault } from './local-broker-fault.js'

const run = promisify(execFile)

export interface LocalBrokerOptions {
  /** The broker's own folder: made if missing, resumed if not. Its name may hold blanks, commas and accents. */
  readonly folder: string
  /** A free port unless told. */
  readonly port?: number
  readonly controllerPort?: number
  /** `-Xmx256m` unless told. */
  readonly javaOptions?: readonly string[]
}

/** A running broker on 127.0.0.1. */
export interface LocalBroker {
  readonly brokers: readonly string[]
  readonly port: number
  readonly controllerPort: number
  /** Process number of the guard that leads the broker's process group. */
  readonly pid: number
  /** Resolves with the exit code once the broker has gone. */
  readonly exited: Promise<number>
  /** Stops it cleanly. */
  stop(): Promise<void>
  /** kill -9, for fault tests. */
  crash(): Promise<void>
  /** SIGSTOP or SIGCONT, for fault tests. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
}

const fastStart = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:+ExitOnOutOfMemoryError']

/**
 * Starts a real single-node Kafka (KRaft: broker and controller in one JVM) and waits until it answers.
 *
 * It ends with this process, however that ends. A broker left over in the folder is ended first.
 *
 * @throws LocalBrokerFault
 */
export async function startLocalBroker(options: LocalBrokerOptions): Promise<LocalBroker> {
  const { folder } = options
  await fetchBrokerJars()
  await mkdir(folder, { recursive: true })
  await endLeftover(folder)
  const ports = {
    port: options.port ?? (await freePort()),
    controllerPort: options.controllerPort ?? (await freePort()),
  }
  await refuseTakenPorts(ports)
  await writeBrokerFiles(folder, await jarFolder(), ports)
  const java = [...fastStart, ...(options.javaOptions ?? ['-Xmx256m']), '-Dlog4j2.configurationFile=log4j2.properties']
  const classes = ['-cp', await classPath(folder)]
  const clusterId = (await clusterIdOf(folder)) ?? (await format(folder, [...java, ...classes]))
  const mark = `-Dwaymark.broker=${randomUUID()}`
  const archive = await classArchive(folder)
  const command = ['java', ...archive.options, mark, ...java, ...classes, 'kafka.Kafka', 'server.properties']
  const guarded = await startGuarded(folder, { mark, archive: archive.file, command })
  await answering(guarded, ports.port, clusterId, folder)
  return {
    brokers: [`127.0.0.1:${ports.port}`],
    ...ports,
    pid: guarded.pid,
    exited: guarded.exited,
    stop: () => guarded.stop(),
    crash: () => guarded.crash(),
    signal: (name) => {
      guarded.signal(name)
    },
  }
}

/** One archive per build of Java, beside the jars, written at the first clean stop. It halves the time to start. */
async function classArchive(folder: string): Promise<{ file: string; options: readonly string[] }> {
  const build = createHash('sha256')
    .update(await javaVersion())
    .digest('hex')
    .slice(0, 8)
  const file = `lib/kafka-${build}.jsa`
  if (existsSync(join(folder, file))) return { file, options: ['-Xshare:auto', `-XX:SharedArchiveFile=${file}`] }
  return { file, options: [`-XX:ArchiveClassesAtExit=${newArchive}`, '-Xlog:cds*=off'] }
}

async function format(folder: string, java: readonly string[]): Promise<string> {
  const clusterId = newClusterId()
  const tool = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', 'server.properties']
  await run('java', [...java, ...tool], { cwd: folder, env: brokerEnvironment().variables })
  return clusterId
}

/** Kafka opens its port when it is registered; a stranger's listener there would look ready, so the cluster id is compared. */
async function answering(guarded: Guarded, port: number, clusterId: string, folder: string): Promise<void> {
  while (guarded.isRunning()) {
    const found = await clusterIdAt(`127.0.0.1:${port}`)
    if (found === clusterId) return
    if (found !== undefined && found !== '') {
      await guarded.stop()
      throw new LocalBrokerFault('PORT_TAKEN', `Another Kafka answers at port ${port}: stop it or choose another port`)
    }
    await sleep(20)
  }
  const lines = (await readFile(join(folder, 'kafka.out'), 'utf8').catch(() => '')).trim().split('\n').slice(-20)
  const code = await guarded.exited
  throw new LocalBrokerFault(
    'BROKER_ENDED',
    `Kafka ended with code ${code}; the end of ${folder}/kafka.out:\n${lines.join('\n')}`,
  )
}

async function refuseTakenPorts({ port, controllerPort }: BrokerPorts): Promise<void> {
  for (const number of [port, controllerPort]) {
    const server = createServer()
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => {
        resolve(false)
      })
      server.listen({ port: number, host: '127.0.0.1' }, () => {
        resolve(true)
      })
    })
    if (!isFree) throw new LocalBrokerFault('PORT_TAKEN', `Port ${number} is taken: choose another for Kafka`)
    server.close()
    await once(server, 'close')
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
