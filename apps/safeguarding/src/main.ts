import { kafkaEventLog } from '#libs/kafka'
import { forgetKeyedRequests, startService, type Logger } from '#libs/service'
import { safeguardingConfig } from './safeguarding.config.js'
import { SafeguardingModule } from './safeguarding.module.js'
import { keepUp } from './safeguarding.steps.js'

const config = safeguardingConfig()
const { KAFKA_BROKERS: brokers, TOPIC_PREFIX: topicPrefix } = config
const eventLog = (logger: Logger) => kafkaEventLog({ brokers, clientId: 'waymark-safeguarding', topicPrefix, logger })
await startService(SafeguardingModule, {
  program: 'safeguarding',
  config,
  steps: [keepUp(eventLog), forgetKeyedRequests],
})
