import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Database, programRole } from '#libs/postgres'
import { createDevelopmentKeys } from '#libs/security'
import { writeConnectionFile } from './connection-file.js'
import { claim, empty, openDataFolder, release, type DataFolder } from './data-folder.js'
import { readDirectory } from './directory.js'
import { makeTopics, migrateHub } from './load-hub.js'
import type { UpOptions } from './options.js'
import { warningOfPostgres } from './patched-postgres.js'
import { choosePorts, type Ports } from './ports.js'
import { Prepared } from './prepared.js'
import { passedOn, programNames, programToRun, witnessNames, witnessToRun, type Surroundings } from './programs.js'
import type { Progress } from './progress.js'
import { brokersOf, openKafka, openPostgres, secretFile } from './servers.js'
import { SupervisedProgram, type ProgramDied, type ProgramToRun } from './supervised-program.js'
import { Teardown } from './teardown.js'

/** Where a hub that is up can be found. */
export interface RunningPlace {
  readonly folder: DataFolder
  readonly ports: Ports
}

type Environment = Readonly<Record<string, string | undefined>>

/** All of Waymark on this machine: servers, witnesses and programs, each started in its turn and stopped in reverse. */
export class LocalHub {
  private readonly teardown = new Teardown()
  private readonly programs: SupervisedProgram[] = []
  private keepLogs = false
  private giveUp: (error: ProgramDied) => void = () => undefined
  /** Rejects when a program that had been ready is given up. */
  readonly died: Promise<never>

  constructor(
    private readonly options: UpOptions,
    private readonly progress: Progress,
    private readonly environment: Environment,
  ) {
    this.died = new Promise<never>((_, reject) => {
      this.giveUp = reject
    })
    this.died.catch(() => undefined) // heard by whoever waits; nobody may be waiting yet
  }

  /**
   * Starts everything that is not running yet, and writes the connection file when all of it answers.
   *
   * @throws ProgramDied, ScriptFailed, or what a server said when it did not start
   */
  async start(): Promise<RunningPlace> {
    const { once, fresh, dataFolder, portOffset } = this.options
    const folder = await openDataFolder({ folder: dataFolder, temporary: once, fresh })
    if (once) this.teardown.add('temporary folder', () => this.removeTemporary(folder))
    await claim(folder)
    this.teardown.add('data folder', () => release(folder))
    const ports = await choosePorts({ free: once, offset: portOffset })
    const directory = await readDirectory()
    createDevelopmentKeys(folder.keys, directory)
    await this.startAllOf(folder, ports)
    await writeConnectionFile(folder, ports, directory, this.options.profile)
    return { folder, ports }
  }

  /**
   * Stops all that was started, in reverse order.
   *
   * @param options.keepLogs - leave the logs of a temporary folder for whoever wants to know what went wrong
   * @returns what would not stop
   */
  stop(options: { readonly keepLogs: boolean }): Promise<readonly string[]> {
    this.keepLogs = options.keepLogs
    return this.teardown.run()
  }

  private async removeTemporary(folder: DataFolder): Promise<void> {
    if (!this.keepLogs) await rm(folder.path, { recursive: true, force: true })
    else await empty(folder.path)
    if (this.keepLogs) this.progress.note(`logs: ${folder.logs}`)
  }

  /** Ends the programs at once. PostgreSQL and Kafka end with this process, by their guards. */
  kill(): void {
    for (const program of this.programs) program.kill()
  }

  /**
   * A database that was prepared before has programs that know their topics: they load while the broker still starts, and
   * wait for it by themselves. On any other start nothing runs before all they need is there.
   */
  private async startAllOf(folder: DataFolder, ports: Ports): Promise<void> {
    const rolePassword = await secretFile(join(folder.keys, 'postgres-roles.password'))
    const log = this.startLog(folder, ports)
    const noLog = log.then(() => new Promise<never>(() => undefined)) // never says more than that it failed
    const { adminUrl, wasPrepared } = await Promise.race([noLog, this.startDatabase(folder, ports, rolePassword)])
    const databaseUrlOf = (program: string) =>
      Object.assign(new URL(adminUrl), { username: programRole(program), password: rolePassword }).href
    const brokers = brokersOf(this.environment['KAFKA_BROKERS'], ports)
    const { profile } = this.options
    const around = { folder, ports, brokers, profile, databaseUrlOf, environment: this.environment }
    if (!wasPrepared) await log
    await Promise.all([log, this.startPrograms(around)])
  }

  private async startDatabase(
    folder: DataFolder,
    ports: Ports,
    rolePassword: string,
  ): Promise<{ readonly adminUrl: string; readonly wasPrepared: boolean }> {
    const adminUrl = await this.startPostgres(folder, ports)
    const load = { adminUrl, logs: folder.logs, environment: passedOn(this.environment) }
    const isOurs = !this.environment['DATABASE_URL'] // who knows what happened to another since
    const before = isOurs ? Prepared.of(join(folder.path, 'postgres'), folder.keys) : undefined
    const prepared = await before?.catch(() => undefined) // its data may lie elsewhere
    if (await prepared?.isUpToDate()) return { adminUrl, wasPrepared: true }
    await this.progress.step('schemas, agencies and agreements', () => migrateHub(load, rolePassword, folder.keys))
    await prepared?.keep()
    return { adminUrl, wasPrepared: false }
  }

  private async startLog(folder: DataFolder, ports: Ports): Promise<void> {
    const opening = openKafka(this.environment['KAFKA_BROKERS'], folder, ports)
    const stop = async () => (await opening.catch(() => undefined))?.stop()
    this.teardown.add('Kafka', stop) // before any program's: it stops after them
    const started = () => opening
    const { brokers } = await this.progress.step('Kafka', started, ({ detail }) => detail)
    await this.progress.step('topics', () => makeTopics(brokers, this.environment['TOPIC_PREFIX'] ?? ''))
  }

  private async startPostgres(folder: DataFolder, ports: Ports): Promise<string> {
    const how = {
      keep: !this.options.once,
      note: (line: string) => {
        this.progress.note(line)
      },
    }
    const start = async () => {
      const server = await openPostgres(this.environment['DATABASE_URL'], folder, ports, how)
      this.teardown.add('PostgreSQL', () => server.stop())
      return { ...server, version: await versionOf(server.adminUrl) }
    }
    const { adminUrl, version } = await this.progress.step(
      'PostgreSQL',
      start,
      ({ version, detail }) => `${version} ${detail}`,
    )
    const warning = warningOfPostgres(version)
    if (warning !== undefined) this.progress.note(warning)
    return adminUrl
  }

  /** All side by side; the gateway stops first, so that its doors close before what is behind them. */
  private async startPrograms(around: Surroundings): Promise<void> {
    const services = programNames.filter((name) => name !== 'gateway')
    const run = (name: (typeof programNames)[number]) => programToRun(name, around)
    await Promise.all([
      this.startAll(
        'witnesses',
        witnessNames.map((name) => witnessToRun(name, around)),
        around,
      ),
      this.startAll('services', services.map(run), around),
      this.startAll('gateway', [run('gateway')], around),
    ])
  }

  private async startAll(name: string, toRun: readonly ProgramToRun[], around: Surroundings): Promise<void> {
    const programs = toRun.map((program) => new SupervisedProgram(program, around.folder.logs))
    this.programs.push(...programs)
    this.teardown.add(name, () => Promise.all(programs.map((program) => program.stop())))
    const detail = toRun.length > 1 ? toRun.map((program) => program.name.replace('witness-', '')).join(', ') : ''
    await this.progress.step(
      name,
      () => Promise.all(programs.map((program) => program.start(this.giveUp))),
      () => detail,
    )
  }
}

async function versionOf(url: string): Promise<string> {
  const database = await Database.open({ url, poolSize: 1, applicationName: 'waymark-up' })
  const [row] = await database.query<{ version: string }>(
    "select split_part(current_setting('server_version'), ' ', 1) as version",
  )
  await database.close()
  return row?.version ?? ''
}
