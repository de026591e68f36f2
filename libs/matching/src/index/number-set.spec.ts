import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { NumberSet } from './number-set.js'

const number = fc.oneof(fc.integer({ min: 1, max: 2 ** 32 - 1 }), fc.integer({ min: 1, max: 300 }))

describe('a set of numbers', () => {
  it('has what was added, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(number, { maxLength: 500, size: 'max' }), fc.array(number), (added, asked) => {
        const set = new NumberSet()
        for (const one of added) set.add(one)
        const plain = new Set(added)
        for (const one of [...added, ...asked]) expect(set.has(one)).toBe(plain.has(one))
      }),
      { numRuns: 30 },
    )
  })
})
