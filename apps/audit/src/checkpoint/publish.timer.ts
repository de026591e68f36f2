import { failureFields, gauge, histogram, logCodes, readiness, type Logger } from '#libs/service'
import type { LogRepository } from '../log/log.repository.js'
import { repeatedly } from '../repeatedly.js'
import { delayStanding, type DelayStanding, type MergeDelay } from './merge-delay.js'
import type { RecheckRows } from './recheck-rows.js'
import type { PublishCheckpoint, PublishOutcome } from './publish-checkpoint.js'

const publishLog = logCodes('publish', ['NO_QUORUM', 'ALTERED', 'FAILED'])
const delayLog = logCodes('merge-delay', ['WITHIN', 'LATE', 'BREACHED'])
const everyMs = 400
const sweepEveryMs = 60_000
const recheckEveryMs = 5_000

/** What is published, swept and looked through. */
interface Published {
  readonly publisher: Pick<PublishCheckpoint, 'publish'>
  readonly log: Pick<LogRepository, 'sweepTiles'>
  readonly rows: Pick<RecheckRows, 'look'>
  readonly delay: Pick<MergeDelay, 'look'>
}

/**
 * Publishes soon after entries arrive, measures how long that took, sweeps superseded tiles, and looks for altered rows.
 * Returns how to stop it.
 */
export function startPublishing({ publisher, log, rows, delay }: Published, logger: Logger): () => void {
  let last: PublishOutcome['kind'] = 'nothing-new'
  readiness.add('log-unaltered', () => last !== 'altered')
  const watch = delayWatch(delay, logger)
  const tick = async (): Promise<void> => {
    try {
      const outcome = await publisher.publish()
      if (outcome.kind !== last) report(outcome, logger)
      last = outcome.kind
    } finally {
      await watch()
    }
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

const standingLines = {
  within: ['info', delayLog.WITHIN],
  late: ['warn', delayLog.LATE],
  breached: ['error', delayLog.BREACHED],
} as const

/** Says each change of the merge delay's standing once; what is waited for in between, the metrics have. */
function delayWatch(delay: Published['delay'], logger: Logger): () => Promise<void> {
  let waitingSeconds = 0
  let standing: DelayStanding = 'within'
  gauge(
    'waymark_access_log_waiting_seconds',
    'Age of the oldest access record that is logged and not yet published',
    () => waitingSeconds,
  )
  const merged = histogram(
    'waymark_access_log_merge_seconds',
    'Time from the receipt of an access record to the checkpoint that proves it, of the slowest of each publication',
    [0.25, 0.5, 0.75, 1, 2, 5, 10, 30, 60],
  )
  return async () => {
    const delays = await delay.look()
    waitingSeconds = delays.waitingMs / 1000
    if (delays.mergedMs !== undefined) merged.observe(delays.mergedMs / 1000)
    const found = delayStanding(delays)
    if (found === standing) return
    standing = found
    const [level, code] = standingLines[found]
    logger[level](code, { seconds: Math.round(Math.max(delays.waitingMs, delays.mergedMs ?? 0) / 1000) })
  }
}

function report(outcome: PublishOutcome, logger: Logger): void {
  if (outcome.kind === 'no-quorum') {
    logger.warn(publishLog.NO_QUORUM, { checkpointSize: outcome.size, count: outcome.witnesses })
  }
  if (outcome.kind === 'altered') logger.error(publishLog.ALTERED, { accessRecordId: outcome.recordId })
}
