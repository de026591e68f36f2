import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { WrongUse } from '../../wrong-use.js'

const profiles = ['sandbox', 'production'] as const
export type Profile = (typeof profiles)[number]

/** What `waymark up` was asked to do. */
export interface UpOptions {
  /** Run the demonstration once everything is up. */
  readonly demo: boolean
  /** On free ports in a folder of its own: start, demonstrate, stop. */
  readonly once: boolean
  /** Begin with an empty data folder. */
  readonly fresh: boolean
  /** End the one that runs on the data folder. */
  readonly stop: boolean
  /** One JSON object a line, for tools. */
  readonly json: boolean
  /** Of every program; the demonstration is played in the sandbox alone. */
  readonly profile: Profile
  readonly portOffset: number
  readonly dataFolder: string
}

/** What `--help` prints. */
export const usage = `Usage: waymark up [options]      npm start -- [options]

Runs the hub on this machine: PostgreSQL, Kafka, witnesses and programs, until Ctrl+C.

  --demo           plays the demonstration once everything is up (npm start does), in the sandbox
  --once           on free ports in a temporary folder: starts, plays the demonstration, stops
  --fresh          begins with an empty data folder
  --stop           stops the hub that runs on the data folder
  --profile NAME   else WAYMARK_PROFILE, else sandbox. production rehearses what is not to be had there: operations that
                   nobody registered, identifiers reserved for tests, a clock that can be moved
  --port-offset N  moves every port, -3000 to 50000
  --data FOLDER    else WAYMARK_DATA, else .data
  --json           one JSON object a line, for tools

  DATABASE_URL     a PostgreSQL of yours, as a role that may create roles and schemas
  KAFKA_BROKERS    a Kafka of yours, host:port, …
  LOG_LEVEL        of the programs; their logs are in <data folder>/logs

Exit code: 0 done, 2 something is missing, 3 a port cannot be used, 4 a program died, 5 the demonstration failed.`

/**
 * @param environment - WAYMARK_DATA names the data folder when `--data` does not, WAYMARK_PROFILE likewise the profile
 * @throws on an unknown option or profile, a port offset that leaves the range, or a demonstration in production
 */
export function readUpOptions(
  args: readonly string[],
  environment: { readonly WAYMARK_DATA?: string; readonly WAYMARK_PROFILE?: string },
): UpOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      demo: { type: 'boolean', default: false },
      once: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      stop: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      profile: { type: 'string', default: environment.WAYMARK_PROFILE ?? 'sandbox' },
      'port-offset': { type: 'string', default: '0' },
      data: { type: 'string', default: environment.WAYMARK_DATA ?? '.data' },
    },
  })
  const { demo, once, fresh, stop, json, data } = values
  const profile = profileOf(values.profile)
  const isSandbox = profile === 'sandbox'
  if (once && !isSandbox) throw new WrongUse('--once plays the demonstration, which needs --profile sandbox')
  const place = { portOffset: portOffsetOf(values['port-offset']), dataFolder: resolve(data) }
  return { demo: demo && isSandbox, once, fresh, stop, json, profile, ...place }
}

function profileOf(text: string): Profile {
  const profile = profiles.find((name) => name === text)
  if (!profile) throw new WrongUse(`--profile takes ${profiles.join(' or ')}`)
  return profile
}

function portOffsetOf(text: string): number {
  const offset = Number(text)
  if (Number.isInteger(offset) && offset >= -3000 && offset <= 50_000) return offset
  throw new WrongUse('--port-offset takes a whole number from -3000 to 50000')
}
