import { failureFields, logCodes, type Logger } from '#libs/service'
import type { TellUnacknowledged } from './tell-unacknowledged.js'

const deliveryLog = logCodes('delivery', ['UNACKNOWLEDGED', 'UNACKNOWLEDGED_FAILED'])
const everyMs = 1_000

/** Looks each second, by the hub's clock, for what nobody acknowledged in time. */
export function startTellingUnacknowledged(unacknowledged: TellUnacknowledged, logger: Logger): () => Promise<void> {
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const look = async () => {
    try {
      const count = await unacknowledged.tell()
      if (count > 0) logger.warn(deliveryLog.UNACKNOWLEDGED, { count })
    } catch (error) {
      logger.warn(deliveryLog.UNACKNOWLEDGED_FAILED, failureFields(error))
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
