import { failureFields, logCodes, type Logger } from '#libs/service'
import { repeatedly } from './repeatedly.js'
import type { ReleaseWaiting } from './release-waiting.js'
import type { SenderLines } from './sender-lines.js'

const ingestLog = logCodes('ingest', ['WAITING_RELEASED', 'RELEASE_FAILED', 'WILL_NOT_OPEN'])
const pauseMs = 1_000

/** Looks each second for what may go on: what waits for its child, or its time, and lines of senders. */
export function startReleasing(
  { waiting, lines }: { readonly waiting: ReleaseWaiting; readonly lines: SenderLines },
  logger: Logger,
): () => Promise<void> {
  return repeatedly(async () => {
    try {
      await lines.moveOn()
      const { count, unopened } = await waiting.release()
      for (const eventId of unopened) logger.error(ingestLog.WILL_NOT_OPEN, { eventId })
      if (count > 0) logger.info(ingestLog.WAITING_RELEASED, { count })
    } catch (error) {
      logger.warn(ingestLog.RELEASE_FAILED, failureFields(error))
    }
  }, pauseMs)
}
