import { failureFields, logCodes, type Logger } from '#libs/service'
import { repeatedly } from '../ingest/repeatedly.js'
import type { TellUnacknowledged } from './tell-unacknowledged.js'

const deliveryLog = logCodes('delivery', ['UNACKNOWLEDGED', 'UNACKNOWLEDGED_FAILED'])
const pauseMs = 1_000

/** Looks each second, by the hub's clock, for what nobody acknowledged in time. */
export function startTellingUnacknowledged(unacknowledged: TellUnacknowledged, logger: Logger): () => Promise<void> {
  return repeatedly(async () => {
    try {
      const count = await unacknowledged.tell()
      if (count > 0) logger.warn(deliveryLog.UNACKNOWLEDGED, { count })
    } catch (error) {
      logger.warn(deliveryLog.UNACKNOWLEDGED_FAILED, failureFields(error))
    }
  }, pauseMs)
}
