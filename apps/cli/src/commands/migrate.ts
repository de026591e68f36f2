import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createDevelopmentKeys } from '#libs/security'
import { writeConnectionFile } from './up/connection-file.js'
import { openDataFolder } from './up/data-folder.js'
import { readDirectory } from './up/directory.js'
import { makeTopics, migrateHub } from './up/load-hub.js'
import { choosePorts } from './up/ports.js'
import { passedOn } from './up/programs.js'
import { ScriptFailed } from './up/run-script.js'

/** What `--help` prints. */
export const usage = `Usage: waymark migrate [--sandbox FOLDER]

Makes a database ready: roles, schemas and migrations; and the topics, where a broker is named. May be run again at any time.

  --sandbox FOLDER       also makes development keys and the connection file there, and loads the demonstration's agencies

  MIGRATION_DATABASE_URL of the owner of the tables
  ROLE_PASSWORD          of the programs' roles
  KAFKA_BROKERS          host:port, …; without it no topics are made
  TOPIC_PREFIX           before the name of each topic

Exit code: 0 done, 2 something is missing, 4 a migration failed.`

/**
 * Makes a database and a broker ready: roles, schemas, migrations, and topics when KAFKA_BROKERS is set.
 *
 * Reads MIGRATION_DATABASE_URL (owner of the tables) and ROLE_PASSWORD (of the programs' roles). With `--sandbox FOLDER`
 * it also makes development keys in `FOLDER/keys`, loads the demonstration's agencies, and writes `FOLDER/connection.json`
 * with the usual ports.
 *
 * @returns the exit code: 0 done, 2 something is missing, 4 a migration failed
 */
export async function migrate(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { sandbox: { type: 'string' } } })
  const { MIGRATION_DATABASE_URL: adminUrl, ROLE_PASSWORD: rolePassword } = process.env
  if (!adminUrl || !rolePassword) {
    console.error('✗ Set MIGRATION_DATABASE_URL (owner of the tables) and ROLE_PASSWORD (of the programs’ roles)')
    return 2
  }
  const load = { adminUrl, logs: undefined, environment: passedOn(process.env) }
  try {
    const sandbox = values.sandbox === undefined ? undefined : await openSandbox(resolve(values.sandbox))
    await migrateHub(load, rolePassword, sandbox?.keys)
    await topicsOf(process.env)
    await sandbox?.connect()
    return 0
  } catch (error) {
    console.error(error instanceof ScriptFailed ? error.message : `✗ ${wordsOf(error)}`)
    return 4
  }
}

async function topicsOf(environment: Readonly<Record<string, string | undefined>>): Promise<void> {
  const { KAFKA_BROKERS: brokers, TOPIC_PREFIX: prefix } = environment
  if (brokers) await makeTopics(brokers.split(','), prefix ?? '')
}

/** A data folder with development keys of the demonstration's agencies, and what writes its connection file. */
async function openSandbox(path: string) {
  const directory = await readDirectory()
  const folder = await openDataFolder({ folder: path, temporary: false, fresh: false })
  createDevelopmentKeys(folder.keys, directory)
  const connect = async () => {
    await writeConnectionFile(folder, await choosePorts({ free: false, offset: 0 }), directory, 'sandbox')
  }
  return { keys: folder.keys, connect }
}

/** A refused connection to several addresses has its words in its parts. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(wordsOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
