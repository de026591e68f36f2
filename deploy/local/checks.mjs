// What `npm start` needs of the machine. Every check answers a fault or undefined, so that all are told at once.
// No named imports of what older versions of Node lack: this must run there to say so.
import { execFile } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { createServer } from 'node:net'
import * as os from 'node:os'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { portHolder } from './port-holder.mjs'
import { refusedPort } from './refused-ports.mjs'

const run = promisify(execFile)
const gib = 1024 ** 3

/** The ports of `npm start`, before --port-offset. */
const portsFile = new URL('ports.json', import.meta.url)

/** Exit codes: something is missing; only ports are taken. */
export const missing = 2
export const portTaken = 3

/**
 * All faults of this machine, most serious first: `{ code, text }[]`.
 *
 * @param options.environment of the process: what is provided from outside needs no check
 * @param options.folder the clone
 * @param options.data where databases and logs go
 * @param options.portOffset undefined when free ports will be taken
 */
export async function findFaults({ environment, folder, data, portOffset }) {
  const found = await Promise.all([
    nodeFault(process.versions.node),
    platformFault(process.platform),
    accountFault(environment),
    kafkaFault(environment),
    diskFault(folder, 'make room, or clone elsewhere'),
    diskFault(data, 'make room, or keep the data elsewhere:  npm start -- --data FOLDER'),
    memoryFault(Math.min(os.totalmem(), process.constrainedMemory?.() || Infinity)),
    portOffset === undefined ? [] : portFaults(environment, portOffset),
  ])
  return found
    .flat()
    .filter((fault) => fault !== undefined)
    .sort((a, b) => a.code - b.code)
}

export function nodeFault(version) {
  const [major, minor] = version.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return undefined
  return fault(`Waymark needs Node 20.19 or newer; found ${version}`, [
    'https://nodejs.org/en/download      or: nvm install 24',
  ])
}

export function platformFault(platform) {
  if (platform !== 'win32') return undefined
  return fault('Windows is supported through WSL 2', ['wsl --install, then clone and start in there'])
}

/** PostgreSQL asks the system for the name of the user it runs as. */
export function accountFault(environment, userInfo = os.userInfo) {
  if (environment.DATABASE_URL) return undefined
  try {
    userInfo()
    return undefined
  } catch {
    const uid = process.getuid?.()
    return fault(`PostgreSQL runs only as a user that the system knows; ${uid} is not in its list`, [
      `start as another user, or have an administrator add it:  useradd --uid ${uid} waymark`,
      'or use a PostgreSQL you have:  DATABASE_URL=postgres://… npm start       or containers:  docker compose up',
    ])
  }
}

async function kafkaFault(environment) {
  if (environment.KAFKA_BROKERS) return undefined
  const needsMaven = !environment.KAFKA_HOME
  const [java, maven] = await Promise.all([javaVersion(), needsMaven ? hasMaven() : true])
  if (java >= 17 && maven) return undefined
  const found = [java ? `java ${java}` : 'no java', needsMaven && !maven ? 'no mvn' : undefined].filter(Boolean)
  return fault(`Kafka needs Java 17 or newer${needsMaven ? ' and Maven' : ''}; found ${found.join(', ')}`, [
    'Debian/Ubuntu: sudo apt install openjdk-17-jre-headless maven      macOS: brew install openjdk@17 maven',
    'or use a broker you have:  KAFKA_BROKERS=host:9092 npm start       or containers:  docker compose up',
  ])
}

/** The major version of the `java` on the path; 0 when there is none. `1.8.0_402` is version 8. */
async function javaVersion() {
  const { stderr = '' } = await run('java', ['-version']).catch(() => ({}))
  const [, major, minor] = /version "(\d+)(?:\.(\d+))?/.exec(stderr) ?? []
  return Number(major === '1' ? minor : (major ?? 0))
}

async function hasMaven() {
  return run('mvn', ['-v']).then(
    () => true,
    () => false,
  )
}

/** A folder that is still to be made is on the disk of the nearest one that is there. */
async function diskFault(folder, advice) {
  const there = await fs.stat(folder).catch(() => undefined)
  if (!there && dirname(folder) !== folder) return diskFault(dirname(folder), advice)
  const { bavail, bsize } = (await fs.statfs?.(folder)) ?? { bavail: Infinity, bsize: 1 }
  if (bavail * bsize >= gib) return undefined
  return fault(`Less than 1 GiB of disk is free in ${folder}`, [advice])
}

export function memoryFault(bytes) {
  if (bytes >= 2.5 * gib) return undefined
  return fault(
    `Waymark's programs, PostgreSQL and Kafka need 2.5 GiB of memory; this machine has ${(bytes / gib).toFixed(1)}`,
    ['PostgreSQL and Kafka may run elsewhere: DATABASE_URL=… KAFKA_BROKERS=… npm start'],
  )
}

async function portFaults(environment, offset) {
  const given = (name) =>
    (environment.DATABASE_URL && name === 'postgres') || (environment.KAFKA_BROKERS && name.startsWith('kafka'))
  const usual = Object.entries(JSON.parse(await fs.readFile(portsFile, 'utf8'))).filter(([name]) => !given(name))
  const ports = usual.map(([name, port]) => [name, port + offset])
  const text = refusedPort(Object.fromEntries(ports))
  if (text) return { code: portTaken, text }
  return Promise.all(ports.map(([name, port]) => portFault(name, port)))
}

async function portFault(name, port) {
  if (await isFree(port)) return undefined
  const holder = await portHolder(port)
  const by = holder ? ` by ${holder.name}, pid ${holder.pid}` : ''
  return { code: portTaken, text: `✗ Port ${port} (${name}) is taken${by}      npm start -- --port-offset 1000` }
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)))
  })
}

function fault(what, advice) {
  return { code: missing, text: [`✗ ${what}`, ...advice.map((line) => `    ${line}`)].join('\n') }
}
