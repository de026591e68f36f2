import { kafkaEventLog, startRelay } from '#libs/kafka'
import { Database } from '#libs/postgres'
import { KeyRing } from '#libs/security'
import { readiness, type Step } from '#libs/service'
import type { AuditConfig } from './audit.config.js'
import { MergeDelay } from './checkpoint/merge-delay.js'
import { PublishCheckpoint } from './checkpoint/publish-checkpoint.js'
import { RecheckRows } from './checkpoint/recheck-rows.js'
import { startPublishing } from './checkpoint/publish.timer.js'
import { startAppending } from './log/access-record.consumer.js'
import { AppendRecords } from './log/append-records.js'
import { LogRepository } from './log/log.repository.js'
import { FindGaps } from './reconciliation/find-gaps.js'
import { startFindingGaps } from './reconciliation/gaps.timer.js'

/** Appends what arrives, relays this program's own records, publishes checkpoints, and looks for what is missing. */
export function runLog({ KAFKA_BROKERS, TOPIC_PREFIX }: AuditConfig): Step {
  return (app, logger) => {
    const database = app.get(Database)
    const eventLog = kafkaEventLog({
      brokers: KAFKA_BROKERS,
      clientId: 'waymark-audit',
      topicPrefix: TOPIC_PREFIX,
      logger,
    })
    const relay = startRelay({ database, schema: 'audit', eventLog, logger })
    const append = app.get(AppendRecords)
    const consumer = startAppending({ database, eventLog, keyRing: app.get(KeyRing), append, logger })
    readiness.add('access-records', () => consumer.health().state !== 'degraded')
    const stopPublishing = startPublishing(
      {
        ...{ publisher: app.get(PublishCheckpoint), log: app.get(LogRepository) },
        ...{ rows: app.get(RecheckRows), delay: app.get(MergeDelay) },
      },
      logger,
    )
    const stopFindingGaps = startFindingGaps(app.get(FindGaps), logger)
    return async () => {
      stopFindingGaps()
      stopPublishing()
      await consumer.stop()
      await relay.stop()
      await eventLog.close()
    }
  }
}
