import { kafkaEventLog, startRelay } from '#libs/kafka'
import { Database } from '#libs/postgres'
import type { Step } from '#libs/service'
import type { IdentityConfig } from './identity.config.js'

/** Publishes what changed and who looked. */
export function runRelay({ KAFKA_BROKERS, TOPIC_PREFIX }: IdentityConfig): Step {
  return (app, logger) => {
    const database = app.get(Database)
    const eventLog = kafkaEventLog({
      brokers: KAFKA_BROKERS,
      clientId: 'waymark-identity',
      topicPrefix: TOPIC_PREFIX,
      logger,
    })
    const relay = startRelay({ database, schema: 'identity', eventLog, logger })
    return async () => {
      await relay.stop()
      await eventLog.close()
    }
  }
}
