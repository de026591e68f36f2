import { failureFields, logCodes, readiness, type Logger } from '#libs/service'
import type { LogRepository } from '../log/log.repository.js'
import { repeatedly } from '../repeatedly.js'
import type { RecheckRows } from './recheck-rows.js'
import type { PublishCheckpoint, PublishOutcome } from './publish-checkpoint.js'

const publishLog = logCodes('publish', ['NO_QUORUM', 'ALTERED', 'FAILED'])
const everyMs = 400
const sweepEveryMs = 60_000
const recheckEveryMs = 5_000

/** What is published, swept and looked through. */
interface Published {
  readonly publisher: PublishCheckpoint
  readonly log: LogRepository
  readonly rows: RecheckRows
}

/** Publishes soon after entries arrive, sweeps superseded tiles, and looks for altered rows. Returns how to stop it. */
export function startPublishing({ publisher, log, rows }: Published, logger: Logger): () => void {
  let last: PublishOutcome['kind'] = 'nothing-new'
  readiness.add('log-unaltered', () => last !== 'altered')
  const tick = async (): Promise<void> => {
    const outcome = await publisher.publish()
    if (outcome.kind !== last) report(outcome, logger)
    last = outcome.kind
  }
  const recheck = async (): Promise<void> => {
    const recordId = await rows.look()
    if (recordId !== undefined) report({ kind: 'altered', recordId }, logger)
  }
  const failed = (error: unknown): void => {
    logger.error(publishLog.FAILED, failureFields(error))
  }
  const stops = [
    repeatedly(everyMs, tick, failed),
    repeatedly(sweepEveryMs, () => log.sweepTiles(), failed),
    repeatedly(recheckEveryMs, recheck, failed),
  ]
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
