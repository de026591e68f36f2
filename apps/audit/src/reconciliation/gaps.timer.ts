import { failureFields, gauge, logCodes, type Logger } from '#libs/service'
import { repeatedly } from '../repeatedly.js'
import type { FindGaps, MissingMessages } from './find-gaps.js'

const gapLog = logCodes('numbers', ['GAP', 'FAILED'])
const everyMs = 10_000

/** Looks for gaps in the numbers of relays, and says each once. Returns how to stop it. */
export function startFindingGaps(gaps: FindGaps, logger: Logger): () => void {
  let missing: readonly MissingMessages[] = []
  gauge('waymark_access_log_missing_messages', 'Numbered messages of access records that did not arrive', () =>
    missing.reduce((sum, one) => sum + one.missing, 0),
  )
  const look = async (): Promise<void> => {
    const found = await gaps.find()
    const isKnown = (one: MissingMessages) =>
      missing.some(({ service, missing: count }) => service === one.service && count === one.missing)
    for (const one of found.filter((each) => !isKnown(each)))
      logger.error(gapLog.GAP, { service: one.service, count: one.missing })
    missing = found
  }
  return repeatedly(everyMs, look, (error) => {
    logger.error(gapLog.FAILED, failureFields(error))
  })
}
