import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { silentLogger, type Logger } from '#libs/service'
import type { MergeDelays } from './merge-delay.js'
import { startPublishing } from './publish.timer.js'

const everyMs = 400

describe('the time from a receipt to its proof', () => {
  beforeEach(() => {
    jest.useFakeTimers()
  })
  afterEach(() => {
    jest.useRealTimers()
  })

  it('is told when it is late, when the promise is broken and when it is kept again, each once', async () => {
    const looks: MergeDelays[] = [
      { waitingMs: 900, mergedMs: 800 },
      { waitingMs: 10_000 },
      { waitingMs: 10_400 },
      { waitingMs: 60_000 },
      { waitingMs: 60_400 },
      { waitingMs: 0, mergedMs: 61_000 },
      { waitingMs: 0, mergedMs: 500 },
    ]
    const lines: unknown[] = []
    const say: Logger['info'] = (code, fields) => {
      if (code.startsWith('merge-delay')) lines.push([code, fields?.seconds])
    }
    const stop = startPublishing(
      {
        publisher: { publish: () => Promise.reject(new Error('the database is away')) }, // which stops no watch
        log: { sweepTiles: () => Promise.resolve() },
        rows: { look: () => Promise.resolve(undefined) },
        delay: { look: () => Promise.resolve(looks.shift() ?? { waitingMs: 0 }) },
      },
      { ...silentLogger(), info: say, warn: say, error: say },
    )
    await jest.advanceTimersByTimeAsync(everyMs * (looks.length + 2))
    stop()
    expect(lines).toEqual([
      ['merge-delay.LATE', 10],
      ['merge-delay.BREACHED', 60],
      ['merge-delay.WITHIN', 1],
    ])
  })
})
