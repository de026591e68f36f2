import { kafkaEventLog, startRelay } from '#libs/kafka'
import { Database } from '#libs/postgres'
import { failureFields, gauge, logCodes, readiness, type Logger, type Step } from '#libs/service'
import { BulkRunner } from './bulk/bulk-runner.js'
import { Stagers } from './bulk/stagers.js'
import type { IdentityConfig } from './identity.config.js'
import { FeedClient } from './index/feed.client.js'
import { IndexKeeper } from './index/index-keeper.js'
import { MemoryIndex } from './index/live-index.js'
import { KeepModels } from './model/keep-models.js'
import { Teacher } from './model/teacher.js'

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

const bulkLog = logCodes('bulk', ['INTERRUPTED'])

/** Works on files of records, those that an earlier program left among them. */
export const runBulkLoads: Step = (app, logger) => {
  const runner = app.get(BulkRunner)
  const stagers = app.get(Stagers)
  runner.start((error) => {
    logger.error(bulkLog.INTERRUPTED, failureFields(error))
  })
  return async () => {
    await runner.stop()
    await stagers.stop()
  }
}

const indexLog = logCodes('index', ['BUILDING', 'BUILT', 'NOT_BUILT', 'DIFFERED', 'UNREAD'])
const modelLog = logCodes('model', ['NOT_LEARNED', 'NOT_TAKEN_OVER', 'OUTDATED'])
const patienceMs = 5_000
const againMs = 2_000
const dayMs = 24 * 3_600_000

/**
 * Builds the index of children and keeps it in step. A small one is there before the first request; while a large one is
 * built, whoever asks for more than what is known is told `INDEX_NOT_READY`.
 */
export function keepIndex({ DATABASE_URL }: IdentityConfig): Step {
  return async (app, logger) => {
    const keeper = app.get(IndexKeeper)
    const models = app.get(KeepModels)
    const index = app.get(MemoryIndex)
    const feed = new FeedClient(DATABASE_URL, (by) => {
      keeper.wake(by)
    })
    keeper.whenProgressed((count, expected) => {
      logger.info(indexLog.BUILDING, { count, size: expected })
    })
    keeper.whenUnread((count) => {
      logger.error(indexLog.UNREAD, { count })
    })
    gauge('waymark_identity_profiles_unread', 'Profiles held whose sealed bytes do not open', () => index.unread)
    tellOfModels(models, app.get(Teacher), logger)
    readiness.add('index', () => keeper.isInStep)
    const built = build(models, logger).then(() => {
      models.start()
      keeper.start()
      void feed.start()
    })
    await Promise.race([built, new Promise((resolve) => setTimeout(resolve, patienceMs).unref())])
    const nightly = setInterval(() => {
      void compare(keeper, logger)
    }, dayMs).unref()
    return async () => {
      clearInterval(nightly)
      await models.stop()
      await feed.stop()
      await keeper.stop()
    }
  }
}

function tellOfModels(models: KeepModels, teacher: Teacher, logger: Logger): void {
  models.whenFailed((error) => {
    logger.error(modelLog.NOT_TAKEN_OVER, failureFields(error))
  })
  models.whenOutdated(() => {
    logger.warn(modelLog.OUTDATED)
  })
  const isOutdated = 'Whether the model that decides was made for another normaliser: one learned anew is wanted'
  gauge('waymark_identity_model_outdated', isOutdated, () => Number(models.isOutdated))
  teacher.whenFailed((error) => {
    logger.warn(modelLog.NOT_LEARNED, failureFields(error))
  })
}

async function build(models: KeepModels, logger: Logger): Promise<void> {
  const from = Date.now()
  const built = await models.begin().catch((error: unknown) => failureFields(error))
  if (typeof built === 'number') {
    logger.info(indexLog.BUILT, { count: built, durationMs: Date.now() - from })
    return
  }
  logger.error(indexLog.NOT_BUILT, built)
  await new Promise((resolve) => setTimeout(resolve, againMs))
  await build(models, logger)
}

async function compare(keeper: IndexKeeper, logger: Logger): Promise<void> {
  const wasSame = await keeper.compare().catch(() => true)
  if (!wasSame) logger.error(indexLog.DIFFERED)
  await keeper.forgetOld().catch(() => undefined)
}
