import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { dayNumber, dayOfNumber } from '../calendar-day.js'
import { isBirthSlip } from '../compare-birth.js'
import { BornDays } from './born-days.js'

const from = dayNumber(19_950_101)
const to = dayNumber(20_301_231)

describe('days on which a child may be born', () => {
  it('are the one that a record says and all that a slip of the pen may have made it of', () => {
    const born = new BornDays()
    fc.assert(
      fc.property(fc.integer({ min: from, max: to }), (number) => {
        const day = dayOfNumber(number)
        born.fill(day)
        for (let other = from; other <= to; other += 1)
          if (other === number || isBirthSlip(day, dayOfNumber(other))) expect(born.has(other)).toBe(true)
        born.fill(0)
        for (let other = from; other <= to; other += 1) if (born.has(other)) throw new Error('A day was left over')
      }),
      { numRuns: 40 },
    )
  })
})
