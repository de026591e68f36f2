import { join } from 'node:path'
import type { DataFolder } from './data-folder.js'
import type { Profile } from './options.js'
import { portOf, type Ports } from './ports.js'
import type { ProgramToRun } from './supervised-program.js'

/** The programs with a door, in the order in which they stop, reversed: the gateway starts last and stops first. */
export const programNames = ['auth', 'identity', 'safeguarding', 'exchange', 'audit', 'gateway'] as const
export const witnessNames = ['council', 'health', 'auditor'] as const

/** What the programs of one hub have in common. */
export interface Surroundings {
  readonly folder: DataFolder
  readonly ports: Ports
  readonly brokers: readonly string[]
  readonly profile: Profile
  /** The database's URL as a program's role. */
  databaseUrlOf(program: string): string
  /** Of the process that starts them: a few variables are passed on. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Nobody waits for these while the machine is busy; they have what the others leave, and at least a small part of it. */
const inTheBackground: Readonly<Partial<Record<(typeof programNames)[number] | 'witness', number>>> = {
  audit: 10,
  witness: 10,
}

export const audience = 'https://api.waymark.example'

/** The address of a program on this machine. */
export function addressOf(ports: Ports, name: string): string {
  return `http://127.0.0.1:${String(portOf(ports, name))}`
}

/** What a child process may know of our environment: enough to run Node, and Waymark's own settings. */
export function passedOn(environment: Surroundings['environment']): Record<string, string> {
  const isPassed = (name: string) =>
    /^(PATH|HOME|LANG|LC_ALL|TZ|TMPDIR|LOG_LEVEL|TOPIC_PREFIX|NODE_.*|WAYMARK_.*)$/.test(name)
  const entries = Object.entries(environment).filter(([name, value]) => isPassed(name) && value !== undefined)
  return Object.fromEntries(entries) as Record<string, string>
}

/** One helper thread for V8 instead of four: each keeps tens of MiB of its own, and programs share the cores as it is. */
const everywhere = '--v8-pool-size=1'

/**
 * A young generation of 4 MiB a half instead of 16: what a request leaves behind dies in it as well, and a program that was
 * busy once keeps all of it. Old objects are swept when they have grown by a third, not when they have doubled: about 100 MiB
 * less over all programs. None is a limit that a program could die of.
 */
const flags = [everywhere, '--max-semi-space-size=4', '--heap-growing-percent=30'] as const

/**
 * `exchange` works on hundreds of events and copies at a time, which outlive a small young generation and are then copied
 * and swept at a price: with 16 MiB a half it takes a seventh less processor time for an event, and about 20 MiB more.
 */
const roomyFlags = [everywhere, '--max-semi-space-size=16', '--min-semi-space-size=8'] as const

/**
 * What `identity` keeps for long is its index, and it grows: sweeping it whenever it has grown by a third cost a quarter of the
 * processor time of a record that comes by a file.
 */
const growingFlags = [everywhere, '--max-semi-space-size=16'] as const

const ownFlags: Readonly<Partial<Record<(typeof programNames)[number], readonly string[]>>> = {
  exchange: roomyFlags,
  identity: growingFlags,
}

/**
 * Threads of a program share two heaps of the C library instead of having one each: what ciphers and sockets take and give
 * back is used again by the next, instead of staying with the thread that had it. What is larger than 256 KiB, such as a batch of
 * events, has pages of its own and gives them back: in a heap it leaves holes that nobody fills, about 40 MiB in `exchange`.
 * Other systems do not know the names.
 */
const memory = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '262144' } as const

/**
 * Where Linux backs memory by large pages on request, the C library asks for them: an index of gigabytes is read all over,
 * and each jump to a small page that the processor does not know costs as much as the word that is read.
 */
export const indexMemory = { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' } as const

/** One program with a door, and the environment it reads. */
export function programToRun(name: (typeof programNames)[number], around: Surroundings): ProgramToRun {
  const { ports, folder } = around
  return {
    name,
    args: [...(ownFlags[name] ?? flags), join('dist', 'apps', name, 'src', 'main.js')],
    ...nicenessOf(name),
    environment: {
      ...memory,
      ...(name === 'identity' && indexMemory),
      ...passedOn(around.environment),
      WAYMARK_PROFILE: around.profile,
      ...hubAddresses(ports),
      PORT: String(portOf(ports, name)),
      MANAGEMENT_PORT: String(portOf(ports, `${name}-management`)),
      WAYMARK_KEY_FILE: join(folder.keys, 'programs', `${name}.json`),
      DATABASE_URL: around.databaseUrlOf(name),
      KAFKA_BROKERS: around.brokers.join(','),
      ...(name === 'audit' && witnessSettings(folder, ports)),
    },
  }
}

/** One witness: it keeps the latest checkpoint it signed, and its key, apart from the hub's. */
export function witnessToRun(name: (typeof witnessNames)[number], around: Surroundings): ProgramToRun {
  const port = portOf(around.ports, `witness-${name}`)
  const files = [
    '--key',
    join(around.folder.keys, 'witness', `${name}.key`),
    '--data',
    join(around.folder.path, 'witness', name),
  ]
  const log = ['--port', String(port), '--log-key', join(around.folder.keys, 'log.vkey')]
  return {
    name: `witness-${name}`,
    args: [...flags, join('dist', 'apps', 'cli', 'src', 'main.js'), 'witness', ...files, ...log],
    environment: passedOn(around.environment),
    ...nicenessOf('witness'),
  }
}

function nicenessOf(name: keyof typeof inTheBackground): Pick<ProgramToRun, 'niceness'> {
  const niceness = inTheBackground[name]
  return niceness === undefined ? {} : { niceness }
}

function hubAddresses(ports: Ports): Record<string, string> {
  return {
    ISSUER: addressOf(ports, 'auth'),
    AUDIENCE: audience,
    GATEWAY_URL: addressOf(ports, 'gateway'),
    IDENTITY_URL: addressOf(ports, 'identity'),
    EXCHANGE_URL: addressOf(ports, 'exchange'),
    SAFEGUARDING_URL: addressOf(ports, 'safeguarding'),
    AUDIT_URL: addressOf(ports, 'audit'),
  }
}

function witnessSettings(folder: DataFolder, ports: Ports): Record<string, string> {
  return {
    WITNESS_URLS: witnessNames.map((name) => addressOf(ports, `witness-${name}`)).join(','),
    WITNESS_POLICY: join(folder.keys, 'witness-policy.txt'),
    RECEIPT_KEYS: join(folder.keys, 'receipt-keys.json'),
  }
}
