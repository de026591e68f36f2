import { failureFields, logCodes, readiness, type Logger } from '#libs/service'
import type { LogRepository } from '../log/log.repository.js'
import { repeatedly } from '../repeatedly.js'
import type { PublishCheckpoint, PublishOutcome } from './publish-checkpoint.js'

const publishLog = logCodes('publish', ['NO_QUORUM', 'ALTERED', 'FAILED'])
const everyMs = 400
const sweepEveryMs = 60_000

/** Publishes soon after entries arrive, and sweeps superseded tiles. Returns how to stop it. */
export function startPublishing(publisher: PublishCheckpoint, log: LogRepository, logger: Logger): () => void {
  let last: PublishOutcome['kind'] = 'nothing-new'
  readiness.add('log-unaltered', () => last !== 'altered')
  const tick = async (): Promise<void> => {
    const outcome = await publisher.publish()
    if (outcome.kind !== last) report(outcome, logger)
    last = outcome.kind
  }
  const failed = (error: unknown): void => {
    logger.error(publishLog.FAILED, failureFields(error))
  }
  const stops = [repeatedly(everyMs, tick, failed), repeatedly(sweepEveryMs, () => log.sweepTiles(), failed)]
  return () => {
    for (const stop of stops) stop()
  }
}

function report(outcome: PublishOutcome, logger: Logger): void {
  if (outcome.kind === 'no-quorum') {
    logger.warn(publishLog.NO_QUORUM, { checkpointSize: outcome.size, count: outcome.witnesses })
  }
  if (outcome.kind === 'altered') logger.error(publishLog.ALTERED, { accessRecordId: outcome.recordId })
}
