import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { accountFor, unheardSeries, type NumberSeries } from './number-series.js'

const missingIn = ({ gaps }: NumberSeries): number[] =>
  gaps.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, at) => first + at))

describe('the numbers of a relay', () => {
  it('miss what lies below the highest and never came, in whatever order and batches they came', () => {
    const batches = fc.array(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 30 }), { maxLength: 8 })
    fc.assert(
      fc.property(batches, (arrivals) => {
        const series = arrivals.reduce((known, numbers, at) => accountFor(known, numbers, at), unheardSeries)
        const came = new Set(arrivals.flat())
        const highest = Math.max(0, ...came)
        const missing = Array.from({ length: highest }, (_, at) => at + 1).filter((number) => !came.has(number))
        expect([series.last, missingIn(series)]).toEqual([highest, missing])
      }),
    )
  })

  it('remember since when each is missed', () => {
    const early = accountFor(unheardSeries, [1, 6], 10)
    const late = accountFor(early, [3, 9], 20)
    expect(late.gaps).toEqual([
      { first: 2, last: 2, sinceMs: 10 },
      { first: 4, last: 5, sinceMs: 10 },
      { first: 7, last: 8, sinceMs: 20 },
    ])
  })
})
