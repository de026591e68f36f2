import type { Type } from '@nestjs/common'
import { connect, Database } from '#libs/postgres'
import { createTokenVerifier, fetchedTokenKeys, readProgramKeys, RevocationView } from '#libs/security'
import { createLogger } from './logger.js'
import { signedDoor } from './signed-door.js'
import { start, type Step } from './start.js'

/** What the environment must say for a service behind the gateway; `programShape` and `verifierShape` read it. */
interface ServiceConfig {
  readonly PORT: number
  readonly MANAGEMENT_PORT: number
  readonly LOG_LEVEL: string
  readonly WAYMARK_KEY_FILE: string
  readonly ISSUER: string
  readonly AUDIENCE: string
  readonly JWKS_URL: string
}

/** How a service starts. */
export interface ServiceOptions {
  readonly program: string
  readonly config: ServiceConfig
  /** See `signedDoor`. */
  readonly openPaths?: readonly string[]
  readonly steps?: readonly Step[]
}

/**
 * Starts a service behind the gateway: signed door, tokens verified again, revocations read, database connected; then its
 * own steps. `module` imports `foundation`.
 */
export async function startService(module: Type, options: ServiceOptions): Promise<void> {
  const { program, config, openPaths = [], steps = [] } = options
  const revoked = new RevocationView(() => connected())
  let connected: () => Database = () => {
    throw new Error('The database is not connected')
  }
  const open: Step = async (app) => {
    await connect(app)
    connected = () => app.get(Database)
    await revoked.start()
    return () => {
      revoked.stop()
    }
  }
  const jwksUrl = config.JWKS_URL === '' ? `${config.ISSUER}/jwks` : config.JWKS_URL
  await start(module, {
    program,
    port: config.PORT,
    managementPort: config.MANAGEMENT_PORT,
    logLevel: config.LOG_LEVEL,
    door: signedDoor({
      keys: readProgramKeys(config.WAYMARK_KEY_FILE),
      tokens: createTokenVerifier({
        issuer: config.ISSUER,
        audience: config.AUDIENCE,
        jwks: fetchedTokenKeys({ url: jwksUrl }),
        revoked,
      }),
      openPaths,
      logger: createLogger(program, config.LOG_LEVEL),
    }),
    steps: [open, ...steps],
  })
}
