import { spawn, type ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import pg from 'pg'
import { connect, type WaymarkClient } from '#libs/client'
import { programRole } from '#libs/postgres'
import { readProgramKeys, type ProgramKeys } from '#libs/security'
import { inventChildren } from './invented.js'
import { until } from './until.js'

type Ports = Readonly<Record<string, number>>
/**
 * The lowest port of a hub is 4000 and the highest 15432: so moved, all are below those that systems lend to outgoing connections
 * (32768 and up), one of which could stand where the hub starts again.
 */
const offsets = [6_000, 17_300] as const
const startMs = 180_000
const settleMs = 600_000

/** A hub of the benchmark's own: in a temporary folder, on free ports, started as a person would, with fsync. */
export class BenchHub {
  private readonly clients = new Map<string, WaymarkClient>()
  private process: ChildProcess | undefined

  private constructor(
    readonly folder: string,
    private readonly ports: Ports,
    private readonly offset: number,
  ) {}

  static async prepare(): Promise<BenchHub> {
    const usual = JSON.parse(await readFile('deploy/local/ports.json', 'utf8')) as Ports
    const offset = await freeOffset(Object.values(usual))
    const ports = Object.fromEntries(Object.entries(usual).map(([name, port]) => [name, port + offset]))
    return new BenchHub(await mkdtemp(join(tmpdir(), 'waymark-bench-')), ports, offset)
  }

  /** Starts everything. @returns seconds until a query was answered */
  async start(): Promise<number> {
    const from = performance.now()
    const args = ['dist/apps/cli/src/main.js', 'up', '--json', '--data', this.folder]
    this.process = spawn(process.execPath, [...args, '--port-offset', String(this.offset)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const gone = new Promise<never>((_, reject) => {
      this.process?.once('exit', (code) => {
        reject(new Error(`The hub ended with ${String(code)}; its logs are in ${this.folder}/logs`))
      })
    })
    gone.catch(() => undefined)
    await Promise.race([gone, this.firstAnswer()])
    return (performance.now() - from) / 1000
  }

  /** Stops everything and leaves the folder. */
  async stop(): Promise<void> {
    const { process: child } = this
    this.clients.clear()
    if (!child || child.exitCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await gone
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true })
  }

  originOf(program: string): string {
    return `http://127.0.0.1:${String(this.ports[program])}`
  }

  /** Speaks as an agency; one client an agency, so that its token is asked for once. */
  client(as: string): WaymarkClient {
    const known = this.clients.get(as)
    if (known) return known
    const client = connect(join(this.folder, 'connection.json'), as)
    this.clients.set(as, client)
    return client
  }

  keysOf(program: string): ProgramKeys {
    return readProgramKeys(this.keyFileOf(program))
  }

  keyFileOf(program: string): string {
    return join(this.folder, 'keys', 'programs', `${program}.json`)
  }

  get brokers(): readonly string[] {
    return [`127.0.0.1:${String(this.ports['kafka'])}`]
  }

  async rolePassword(): Promise<string> {
    return (await readFile(join(this.folder, 'keys', 'postgres-roles.password'), 'utf8')).trim()
  }

  /** The database, as the server's superuser, or as a program's role. */
  async databaseUrl(program?: string, database = 'waymark'): Promise<string> {
    const admin = (await readFile(join(this.folder, 'keys', 'postgres-admin.password'), 'utf8')).trim()
    const [role, password] =
      program === undefined ? ['postgres', admin] : [programRole(program), await this.rolePassword()]
    return `postgres://${role}:${encodeURIComponent(password)}@127.0.0.1:${String(this.ports['postgres'])}/${database}`
  }

  /** The numbers of all programs of the hub, the one that supervises them included; not of broker and database. */
  async pids(): Promise<readonly number[]> {
    const logs = join(this.folder, 'logs')
    const files = (await readdir(logs)).filter((name) => name.endsWith('.pid'))
    const pids = await Promise.all(files.map(async (name) => Number(await readFile(join(logs, name), 'utf8'))))
    return [...pids, this.process?.pid ?? 0].filter((pid) => pid > 0)
  }

  /** Waits until everything accepted has been routed, projected and logged. Changes of identities have no reader here. */
  async settle(): Promise<void> {
    const database = new pg.Client(await this.databaseUrl())
    await database.connect()
    try {
      const left = ['auth', 'identity', 'safeguarding', 'exchange', 'audit'].map(
        (schema) => `select 1 from ${schema}.outbox`,
      )
      const isEmpty = `select not exists (${left.join(' union all ')}) as done`
      const isAtRest = async () => (await database.query<{ done: boolean }>(isEmpty)).rows[0]?.done === true
      if (!(await until(isAtRest, { mostMs: settleMs, everyMs: 200 }))) throw new Error('The hub did not come to rest')
    } finally {
      await database.end()
    }
  }

  private async firstAnswer(): Promise<void> {
    let last = 'nothing yet'
    const isAnswered = async () => {
      last = await this.askForNobody().catch((error: unknown) => String(error))
      return last === '200'
    }
    if (await until(isAnswered, { mostMs: startMs, everyMs: 50 })) return
    throw new Error(`The hub did not answer a query in ${String(startMs / 1000)} s: ${last}`)
  }

  /** @returns the status of the answer, or the faults in it */
  private async askForNobody(): Promise<string> {
    const [nobody] = inventChildren(0, 1)
    const asking = { purpose: 'safeguard-child', actor: 'system-client;benchmark' }
    const variables = { system: 'urn:waymark:upn', value: nobody?.upn }
    const { status, body } = await this.client('larkhill-primary').graphql('ChildByIdentifier', variables, asking)
    const { errors } = body as { errors?: unknown }
    return errors === undefined ? String(status) : JSON.stringify(errors)
  }
}

async function freeOffset(ports: readonly number[]): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    const offset = randomInt(...offsets)
    const free = await Promise.all(ports.map((port) => isFree(port + offset)))
    if (free.every(Boolean)) return offset
  }
  throw new Error('No free ports were found')
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => {
      resolve(false)
    })
    server.listen(port, '127.0.0.1', () =>
      server.close(() => {
        resolve(true)
      }),
    )
  })
}
