import { failureFields, logCodes, type Step } from '#libs/service'
import { MineVariants } from './mine-variants.js'

const variantLog = logCodes('identity-variants', ['NOT_MINED'])
const lookMs = 1_800_000

/** Has the names of all children looked through once a day, by whichever replica comes first. */
export const mineDaily: Step = (app, logger) => {
  const mining = app.get(MineVariants)
  const failed = (error: unknown): void => {
    logger.warn(variantLog.NOT_MINED, failureFields(error))
  }
  mining.whenFailed(failed)
  const timer = setInterval(() => {
    mining.begin().catch(failed)
  }, lookMs).unref()
  return () => {
    clearInterval(timer)
  }
}
