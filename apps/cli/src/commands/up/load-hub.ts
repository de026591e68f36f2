import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createTopics, kafkaEventLog } from '#libs/kafka'
import { prepareDatabase } from '#libs/postgres'
import type { Logger } from '#libs/service'
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

/** Runs scripts with their arguments one after another; in one process, since each loads the same packages. */
const inTurn = `for (const [script, ...args] of JSON.parse(process.argv[1])) {
  process.argv = [process.argv[0], script, ...args]
  await import(script)
}`

/**
 * Roles, schemas and keys, then every program's migrations; and with a folder of keys the demonstration's agencies, their
 * public keys and agreements. May be run again at any time.
 */
export async function migrateHub(options: LoadOptions, rolePassword: string, keysFolder?: string): Promise<void> {
  await prepareDatabase(options.adminUrl, { password: rolePassword })
  const scripts = [
    ...migrationOrder.map((app) => [programScript(app, 'migrate')]),
    ...(keysFolder === undefined
      ? []
      : [
          [programScript('auth', 'load-directory'), directoryFile, keysFolder],
          [programScript('exchange', 'load-agreements'), directoryFile],
        ]),
  ]
  const args = ['--v8-pool-size=1', '--input-type=module', '-e', inTurn, JSON.stringify(scripts)]
  await runScript(options.logs, 'migrate', args, scriptEnvironment(options))
}

/** @throws when the programs are not built */
function programScript(app: string, name: string): string {
  const script = resolve('dist', 'apps', app, 'src', `${name}.js`)
  if (!existsSync(script)) throw new Error(`${script} is missing: npm run build`)
  return pathToFileURL(script).href
}

/** Says errors alone. The logger of the programs would bring all that programs are made of into this one. */
const quiet: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (code) => {
    console.error(code)
  },
}

/** Creates the topics that the broker lacks. */
export async function makeTopics(brokers: readonly string[], topicPrefix: string): Promise<void> {
  const eventLog = kafkaEventLog({
    brokers,
    clientId: 'waymark-topics',
    topicPrefix,
    logger: quiet,
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
