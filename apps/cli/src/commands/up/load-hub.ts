import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createTopics, kafkaEventLog } from '#libs/kafka'
import { prepareDatabase } from '#libs/postgres'
import { createLogger } from '#libs/service'
import { directoryFile } from './directory.js'
import { runScript } from './run-script.js'

/** The order in which schemas are migrated: a migration may refer to what came before it. */
const migrationOrder = ['auth', 'identity', 'safeguarding', 'exchange', 'audit'] as const

/** What the scripts of the programs read. */
export interface LoadOptions {
  readonly adminUrl: string
  /** Where the scripts' output goes; undefined: to ours. */
  readonly logs: string | undefined
  /** Passed on to the scripts. */
  readonly environment: Readonly<Record<string, string>>
}

/** Runs the scripts named by its arguments one after another; in one process, since each loads the same packages. */
const inTurn = 'for (const script of process.argv.slice(1)) await import(script)'

/** Roles, schemas and keys, then every program's migrations. May be run again at any time. */
export async function migrateHub(options: LoadOptions, rolePassword: string): Promise<void> {
  await prepareDatabase(options.adminUrl, { password: rolePassword })
  const scripts = migrationOrder.map((app) => resolve('dist', 'apps', app, 'src', 'migrate.js'))
  const missing = scripts.find((script) => !existsSync(script))
  if (missing) throw new Error(`${missing} is missing: npm run build`)
  const urls = scripts.map((script) => pathToFileURL(script).href)
  await runScript(options.logs, 'migrate', ['--input-type=module', '-e', inTurn, ...urls], scriptEnvironment(options))
}

/** Puts the demonstration's agencies, their public keys and agreements in. May be run again at any time. */
export async function loadDirectory(options: LoadOptions, keysFolder: string): Promise<void> {
  const environment = scriptEnvironment(options)
  await runScript(
    options.logs,
    'load',
    ['dist/apps/auth/src/load-directory.js', directoryFile, keysFolder],
    environment,
  )
  await runScript(options.logs, 'load', ['dist/apps/exchange/src/load-agreements.js', directoryFile], environment)
}

/** Creates the topics that the broker lacks. */
export async function makeTopics(brokers: readonly string[], topicPrefix: string): Promise<void> {
  const eventLog = kafkaEventLog({
    brokers,
    clientId: 'waymark-topics',
    topicPrefix,
    logger: createLogger('cli', 'error'),
  })
  try {
    await createTopics({ eventLog })
  } finally {
    await eventLog.close()
  }
}

function scriptEnvironment(options: LoadOptions): Record<string, string> {
  return { ...options.environment, MIGRATION_DATABASE_URL: options.adminUrl, DATABASE_URL: options.adminUrl }
}
