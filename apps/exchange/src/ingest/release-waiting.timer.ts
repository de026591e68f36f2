import { failureFields, logCodes, type Logger } from '#libs/service'
import type { ReleaseWaiting } from './release-waiting.js'

const ingestLog = logCodes('ingest', ['WAITING_RELEASED', 'RELEASE_FAILED'])
const everyMs = 1_000

/** Looks each second for what may go on. */
export function startReleasing(waiting: ReleaseWaiting, logger: Logger): () => Promise<void> {
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const look = async () => {
    try {
      const count = await waiting.release()
      if (count > 0) logger.info(ingestLog.WAITING_RELEASED, { count })
    } catch (error) {
      logger.warn(ingestLog.RELEASE_FAILED, failureFields(error))
    }
    if (!isStopped) timer = setTimeout(() => (running = look()), everyMs)
  }
  running = look()
  return async () => {
    isStopped = true
    clearTimeout(timer)
    await running
  }
}
