import { failureFields, logCodes, readiness, type Logger } from '#libs/service'
import type { LogRepository } from '../log/log.repository.js'
import type { PublishCheckpoint, PublishOutcome } from './publish-checkpoint.js'

const publishLog = logCodes('publish', ['NO_QUORUM', 'ALTERED', 'FAILED', 'GAP'])
const everyMs = 400
const sweepEveryMs = 60_000

/** Publishes soon after entries arrive, sweeps superseded tiles, and reports what is missing. Returns how to stop it. */
export function startPublishing(publisher: PublishCheckpoint, log: LogRepository, logger: Logger): () => void {
  let isBusy = false
  let last: PublishOutcome['kind'] = 'nothing-new'
  readiness.add('log-unaltered', () => last !== 'altered')
  const tick = async (): Promise<void> => {
    const outcome = await publisher.publish()
    if (outcome.kind !== last) report(outcome, logger)
    last = outcome.kind
  }
  const sweep = async (): Promise<void> => {
    await log.sweepTiles()
    for (const { service, missing } of await log.gaps()) logger.error(publishLog.GAP, { service, count: missing })
  }
  const guarded = (work: () => Promise<void>) => () => {
    if (isBusy) return
    isBusy = true
    work()
      .catch((error: unknown) => {
        logger.error(publishLog.FAILED, failureFields(error))
      })
      .finally(() => {
        isBusy = false
      })
  }
  const timers = [setInterval(guarded(tick), everyMs), setInterval(guarded(sweep), sweepEveryMs)]
  return () => {
    timers.forEach(clearInterval)
  }
}

function report(outcome: PublishOutcome, logger: Logger): void {
  if (outcome.kind === 'no-quorum') {
    logger.warn(publishLog.NO_QUORUM, { checkpointSize: outcome.size, count: outcome.witnesses })
  }
  if (outcome.kind === 'altered') logger.error(publishLog.ALTERED, { accessRecordId: outcome.recordId })
}
