import { failureFields, logCodes, type Logger } from '#libs/service'
import { repeatedly } from '../ingest/repeatedly.js'
import type { TellUndecided } from './tell-undecided.js'

const sharingLog = logCodes('sharing', ['UNDECIDED', 'UNDECIDED_FAILED'])
const pauseMs = 1_000

/** Looks each second, by the hub's clock, for questions that nobody decided in time. */
export function startTellingUndecided(undecided: TellUndecided, logger: Logger): () => Promise<void> {
  return repeatedly(async () => {
    try {
      const count = await undecided.tell()
      if (count > 0) logger.warn(sharingLog.UNDECIDED, { count })
    } catch (error) {
      logger.warn(sharingLog.UNDECIDED_FAILED, failureFields(error))
    }
  }, pauseMs)
}
