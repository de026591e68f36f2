import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type * as postgresLibrary from '#libs/postgres'
import type { TestServer } from './test-server.js'

const run = promisify(execFile)
type Postgres = typeof postgresLibrary

/** The order in which the schemas are migrated: a migration may refer to what came before it. */
const migrationOrder = ['auth', 'identity', 'safeguarding', 'exchange', 'audit']

/** What the set-up leaves for the tear-down, in the same process. */
export interface PostgresForTests {
  readonly servers: postgresLibrary.LocalServer[]
  readonly folders: string[]
}

/**
 * Jest's global set-up: a PostgreSQL for each worker (unless TEST_DATABASE_URL names one for all), each with two template
 * databases. Workers share none: what a snapshot of one database sees ends at the oldest transaction of the whole server,
 * so the specs of one file would wait for the transactions of another.
 *
 * Jest transforms only this file, so it imports packages, and our own code as built in `dist`.
 */
export default async function startPostgres({ maxWorkers = 1 }: { maxWorkers?: number } = {}): Promise<void> {
  const postgres = (await import(resolve('dist/libs/postgres/src/index.js'))) as Postgres
  const left: PostgresForTests = { servers: [], folders: [] }
  Object.assign(globalThis, { waymarkPostgresForTests: left })
  const named = process.env['TEST_DATABASE_URL']
  const urls = named === undefined ? Array.from({ length: maxWorkers }, () => startServer(postgres, left)) : [named]
  const told = await Promise.all(urls.map(async (url) => withTemplates(postgres, await url)))
  process.env['WAYMARK_TEST_SERVERS'] = JSON.stringify(told)
}

async function startServer(postgres: Postgres, left: PostgresForTests): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'waymark-test-'))
  left.folders.push(folder)
  await chmod(folder, 0o711) // as root the server runs under another account, which must get through
  const superPassword = randomBytes(16).toString('hex')
  const server = await postgres.startLocalServer({ folder: join(folder, 'postgres'), superPassword, fsync: false })
  left.servers.push(server)
  return server.url
}

async function withTemplates(postgres: Postgres, adminUrl: string): Promise<TestServer> {
  const password = createHash('sha256').update(`service roles of ${adminUrl}`).digest('hex') // two runs on one server agree
  const run = randomBytes(4).toString('hex')
  const empty = await postgres.createDatabase(adminUrl, `waymark_empty_${run}`)
  await postgres.prepareDatabase(empty, { password })
  const full = await postgres.createDatabase(adminUrl, `waymark_full_${run}`)
  await postgres.prepareDatabase(full, { password })
  const fault = await migrateAll(full)
  return { adminUrl, password, empty: `waymark_empty_${run}`, full: `waymark_full_${run}`, fault }
}

/** Runs the scripts named by its arguments one after another; in one process, since each loads the same packages. */
const inTurn = 'for (const script of process.argv.slice(1)) await import(script)'

/** @returns what went wrong, for the specs that need the tables; the others run all the same */
async function migrateAll(url: string): Promise<string> {
  const scripts = migrationOrder.map((app) => resolve('dist', 'apps', app, 'src', 'migrate.js')).filter(existsSync)
  const urls = scripts.map((script) => pathToFileURL(script).href)
  try {
    await run(process.execPath, ['--input-type=module', '-e', inTurn, ...urls], {
      env: { ...process.env, MIGRATION_DATABASE_URL: url },
    })
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
