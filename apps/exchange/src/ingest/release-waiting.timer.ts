import { failureFields, logCodes, type Logger } from '#libs/service'
import { repeatedly } from './repeatedly.js'
import type { ReleaseWaiting } from './release-waiting.js'

const ingestLog = logCodes('ingest', ['WAITING_RELEASED', 'RELEASE_FAILED', 'WILL_NOT_OPEN'])
const pauseMs = 1_000

/** Looks each second for what may go on. */
export function startReleasing(waiting: ReleaseWaiting, logger: Logger): () => Promise<void> {
  return repeatedly(async () => {
    try {
      const { count, unopened } = await waiting.release()
      for (const eventId of unopened) logger.error(ingestLog.WILL_NOT_OPEN, { eventId })
      if (count > 0) logger.info(ingestLog.WAITING_RELEASED, { count })
    } catch (error) {
      logger.warn(ingestLog.RELEASE_FAILED, failureFields(error))
    }
  }, pauseMs)
}
