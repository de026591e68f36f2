import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { divideRecords } from './divide-records.js'

describe('dividing the records of a child', () => {
  it('keeps the two ends of a wrong link apart and sends every other record where it fits', () => {
    const near = new Set(['a b', 'b a', 'c d', 'd c'])
    const weight = (one: string, two: string) => (near.has(`${one} ${two}`) ? 15_000 : -5_000)
    expect(divideRecords(['d', 'b', 'c', 'a'], [{ left: 'a', right: 'c' }], weight)).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ])
  })

  it('refuses pairs that contradict each other', () => {
    const pairs = [
      { left: 'a', right: 'b' },
      { left: 'b', right: 'c' },
      { left: 'a', right: 'c' },
    ]
    expect(divideRecords(['a', 'b', 'c'], pairs, () => 0)).toBeUndefined()
    expect(divideRecords(['a', 'b'], [{ left: 'a', right: 'a' }], () => 0)).toBeUndefined()
  })

  it('comes to the same in whatever order records and pairs are given, and loses none', () => {
    const records = ['a', 'b', 'c', 'd', 'e', 'f']
    const weights = fc.array(fc.integer({ min: -12_000, max: 15_000 }), { minLength: 36, maxLength: 36 })
    fc.assert(
      fc.property(weights, fc.shuffledSubarray(records, { minLength: 6 }), fc.boolean(), (table, order, isTurned) => {
        const weight = (one: string, two: string): number => {
          const [x, y] = [records.indexOf(one), records.indexOf(two)].sort((p, q) => p - q) as [number, number]
          return table[x * 6 + y] ?? 0
        }
        const pair = isTurned ? { left: 'd', right: 'a' } : { left: 'a', right: 'd' }
        const divided = divideRecords(order, [pair], weight)
        expect(divided).toEqual(divideRecords(records, [{ left: 'a', right: 'd' }], weight))
        expect(divided?.flat().sort()).toEqual(records)
        expect(divided?.some((side) => side.includes('a') && side.includes('d'))).toBe(false)
      }),
    )
  })

  it('weighs each two records once, however many there are', () => {
    const records = Array.from({ length: 60 }, (_, at) => `r${String(at).padStart(2, '0')}`)
    let weighed = 0
    const weight = (one: string, two: string): number => {
      weighed += 1
      return (Number(one.slice(1)) + Number(two.slice(1))) % 2 === 0 ? 9_000 : -4_000
    }
    const even = records.filter((_, at) => at % 2 === 0)
    const odd = records.filter((_, at) => at % 2 === 1)
    expect(divideRecords(records, [{ left: 'r00', right: 'r01' }], weight)).toEqual([even, odd])
    expect(weighed).toBeLessThanOrEqual((60 * 59) / 2)
  })
})
