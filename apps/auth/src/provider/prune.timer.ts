import { failureFields, logCodes, type Logger } from '#libs/service'
import type { ReplayRepository } from './replay.repository.js'

const pruneLog = logCodes('prune', ['FAILED'])
const everyMs = 60_000

/** Prunes every minute until the function it gives back is called. */
export function startPruning(replays: ReplayRepository, logger: Logger): () => void {
  const timer = setInterval(() => {
    replays.prune().catch((error: unknown) => {
      logger.warn(pruneLog.FAILED, failureFields(error))
    })
  }, everyMs)
  timer.unref()
  return () => {
    clearInterval(timer)
  }
}
