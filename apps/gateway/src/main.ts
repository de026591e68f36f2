import { readFileSync } from 'node:fs'
import { Database } from '#libs/postgres'
import { createTokenVerifier, fetchedTokenKeys, readProgramKeys, RevocationView } from '#libs/security'
import { createLogger, readiness, start } from '#libs/service'
import { gatewayConfig } from './gateway.config.js'
import { openGateway } from './open-gateway.js'

const config = gatewayConfig()
const database = await Database.open({ url: config.DATABASE_URL, poolSize: 16, applicationName: 'gateway' })
const revoked = new RevocationView(() => database)
const gateway = openGateway({
  keys: readProgramKeys(config.WAYMARK_KEY_FILE),
  sql: database,
  tokens: createTokenVerifier({
    issuer: config.ISSUER,
    audience: config.AUDIENCE,
    jwks: fetchedTokenKeys({ url: config.JWKS_URL || `${config.ISSUER}/jwks` }),
    revoked,
  }),
  logger: createLogger('gateway', config.LOG_LEVEL),
  publicUrl: config.GATEWAY_URL,
  origins: {
    identity: config.IDENTITY_URL,
    exchange: config.EXCHANGE_URL,
    safeguarding: config.SAFEGUARDING_URL,
    audit: config.AUDIT_URL,
  },
  supergraphSdl: readFileSync(config.SUPERGRAPH_FILE, 'utf8'),
  errorPages: new Map(
    Object.entries(JSON.parse(readFileSync(config.ERROR_PAGES_FILE, 'utf8')) as Record<string, string>),
  ),
  isSandbox: config.WAYMARK_PROFILE === 'sandbox',
  requestsPerMinute: config.REQUESTS_PER_MINUTE,
})
readiness.add('registered-operations', gateway.isReady)

await start(gateway.module, {
  program: 'gateway',
  port: config.PORT,
  managementPort: config.MANAGEMENT_PORT,
  logLevel: config.LOG_LEVEL,
  door: gateway.door,
  steps: [
    () => () => database.close(),
    () => gateway.close,
    async () => {
      await revoked.start()
      return () => {
        revoked.stop()
      }
    },
    gateway.begin,
  ],
})
