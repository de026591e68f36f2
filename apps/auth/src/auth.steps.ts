import { kafkaEventLog, startRelay } from '#libs/kafka'
import { connect, Database } from '#libs/postgres'
import { AccessRecorder, KeyRing, readProgramKeys, secretOf } from '#libs/security'
import { readiness, type Step } from '#libs/service'
import { AgreementRepository } from './agency/agreement.repository.js'
import { ClientRepository } from './agency/client.repository.js'
import type { AuthConfig } from './auth.config.js'
import { createProvider } from './provider/provider.js'
import type { ProviderDoor } from './provider/provider.door.js'
import { startPruning } from './provider/prune.timer.js'
import { ReplayRepository } from './provider/replay.repository.js'
import { recordRefusals } from './refusal/record-refusals.js'
import { RefusalRepository } from './refusal/refusal.repository.js'

/** Connects the database, then answers at the door. */
export function serveTokens(config: AuthConfig, door: ProviderDoor): Step {
  return async (app, logger) => {
    await connect(app)
    const database = app.get(Database)
    readiness.add('database', async () => (await database.query('select 1')).length === 1)
    const keys = readProgramKeys(config.WAYMARK_KEY_FILE)
    const replays = new ReplayRepository(database)
    const provider = createProvider({
      issuer: config.ISSUER,
      audience: config.AUDIENCE,
      tokenKeys: keys.tokenKeys?.keys ?? [],
      nonceSecret: secretOf(keys, 'nonce'),
      clients: new ClientRepository(database),
      agreements: new AgreementRepository(database),
      replays,
    })
    const keyRing = new KeyRing(keys, () => database)
    const recorder = new AccessRecorder({ keys, keyRing, service: 'auth' })
    recordRefusals(provider, { recorder, refusals: new RefusalRepository(database), logger })
    const answer = provider.callback()
    door.open((request, response) => void answer(request, response))
    return startPruning(replays, logger)
  }
}

/** Passes on the refusals that `auth` and the gateway recorded. */
export function relayRefusals({ KAFKA_BROKERS, TOPIC_PREFIX }: AuthConfig): Step {
  return (app, logger) => {
    const eventLog = kafkaEventLog({
      brokers: KAFKA_BROKERS,
      clientId: 'waymark-auth',
      topicPrefix: TOPIC_PREFIX,
      logger,
    })
    const relay = startRelay({ database: app.get(Database), schema: 'auth', eventLog, logger, shards: 1 })
    return async () => {
      await relay.stop()
      await eventLog.close()
    }
  }
}
