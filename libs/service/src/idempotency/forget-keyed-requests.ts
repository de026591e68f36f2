import { failureFields, logCodes } from '../logger.js'
import type { Step } from '../start.js'
import { KeyedRequests } from './keyed-requests.js'

const keyedLog = logCodes('keyed-requests', ['NOT_FORGOTTEN'])
const everyMs = 600_000

/** Forgets requests whose day is over, every ten minutes. */
export const forgetKeyedRequests: Step = (app, logger) => {
  const requests = app.get(KeyedRequests)
  const timer = setInterval(() => {
    requests.forgetOld().catch((error: unknown) => {
      logger.warn(keyedLog.NOT_FORGOTTEN, failureFields(error))
    })
  }, everyMs)
  timer.unref()
  return () => {
    clearInterval(timer)
  }
}
