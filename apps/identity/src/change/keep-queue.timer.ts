import { Database } from '#libs/postgres'
import { failureFields, logCodes, type Step } from '#libs/service'
import { ReviewRepository } from '../review/review.repository.js'
import { SealChild } from '../seal/seal-child.js'
import { checkedAtOnce, MergeCheck } from './merge-check.js'

const queueLog = logCodes('identity-queue', ['CHECK_FAILED', 'SWEEP_FAILED', 'NOT_TOLD'])
const checkMs = 1_000
const sweepMs = 30_000

/** Looks at children that may be one, gives back reviews whose time is over, and tells of closed children. */
export const keepQueue: Step = (app, logger) => {
  const [check, reviews, database] = [app.get(MergeCheck), app.get(ReviewRepository), app.get(Database)]
  const checking = repeat(checkMs, async () => {
    const from = performance.now()
    const looked = await check.run().catch((error: unknown) => {
      logger.warn(queueLog.CHECK_FAILED, failureFields(error))
      return 0
    })
    // More is waiting: it goes on, and leaves requests half of the thread.
    return looked < checkedAtOnce ? checkMs : performance.now() - from
  })
  const sweeping = repeat(sweepMs, async () => {
    await database
      .transaction((tx) => reviews.reopen(tx))
      .catch((error: unknown) => {
        logger.warn(queueLog.SWEEP_FAILED, failureFields(error))
      })
    return sweepMs
  })
  const telling = repeat(sweepMs, async () => {
    await app
      .get(SealChild)
      .tell()
      .catch((error: unknown) => {
        logger.warn(queueLog.NOT_TOLD, failureFields(error))
      })
    return sweepMs
  })
  return async () => {
    await Promise.all([checking(), sweeping(), telling()])
  }
}

/**
 * @param work - says in how many milliseconds it is due again
 * @returns what stops it, once the work in hand is done
 */
function repeat(firstMs: number, work: () => Promise<number>): () => Promise<void> {
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const next = (afterMs: number): void => {
    if (isStopped) return
    timer = setTimeout(() => {
      running = work().then(next)
    }, afterMs).unref()
  }
  next(firstMs)
  return async () => {
    isStopped = true
    clearTimeout(timer)
    await running
  }
}
