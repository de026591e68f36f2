import { Database } from '#libs/postgres'
import { failureFields, logCodes, type Step } from '#libs/service'
import { ReviewRepository } from '../review/review.repository.js'
import { MergeCheck } from './merge-check.js'

const queueLog = logCodes('identity-queue', ['CHECK_FAILED', 'SWEEP_FAILED'])
const checkMs = 1_000
const sweepMs = 30_000

/** Looks at children that may be one, and gives back reviews whose time is over. */
export const keepQueue: Step = (app, logger) => {
  const [check, reviews, database] = [app.get(MergeCheck), app.get(ReviewRepository), app.get(Database)]
  const checking = repeat(checkMs, async () => {
    await check.run().catch((error: unknown) => {
      logger.warn(queueLog.CHECK_FAILED, failureFields(error))
    })
  })
  const sweeping = repeat(sweepMs, async () => {
    await database.transaction((tx) => reviews.reopen(tx)).catch((error: unknown) => {
      logger.warn(queueLog.SWEEP_FAILED, failureFields(error))
    })
  })
  return async () => {
    await Promise.all([checking(), sweeping()])
  }
}

/** @returns what stops it, once the work in hand is done */
function repeat(everyMs: number, work: () => Promise<void>): () => Promise<void> {
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const next = (): void => {
    if (isStopped) return
    timer = setTimeout(() => {
      running = work().then(next)
    }, everyMs).unref()
  }
  next()
  return async () => {
    isStopped = true
    clearTimeout(timer)
    await running
  }
}
