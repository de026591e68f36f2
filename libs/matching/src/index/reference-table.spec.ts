import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { mix } from './mix.js'
import { NumberTable, ReferenceTable } from './reference-table.js'

const steps = fc.array(fc.record({ number: fc.nat(700), isTaken: fc.boolean() }), { maxLength: 900, size: 'max' })
/** Hashes that many share, that end alike, that begin alike, or that are as they ought to be. */
const hashOf = fc.constantFrom(
  (number: number) => number % 3,
  (number: number) => (number % 50) * 2 ** 24 + 1,
  (number: number) => 2 ** 32 - 1 - number,
  (number: number) => mix(0, number),
)

describe('numbers by what they stand for', () => {
  it('are found until they are taken out', () => {
    fc.assert(
      fc.property(steps, hashOf, fc.constantFrom(0, 700), (commands, hash, expected) => {
        const table = new NumberTable(hash, expected)
        const held = new Set<number>()
        for (const { number, isTaken } of commands) {
          if (isTaken && held.delete(number)) table.remove(number)
          if (isTaken || held.has(number)) continue
          table.add(number)
          held.add(number)
        }
        for (let number = 0; number <= 700; number += 1)
          expect(table.find(hash(number), (one) => one === number)).toBe(held.has(number) ? number : -1)
      }),
      { numRuns: 30 },
    )
  })

  it('give texts and identifiers back', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.uuid(), fc.string()), { maxLength: 300, size: 'max' }), (refs) => {
        const table = new ReferenceTable(0)
        const numbers = refs.map((ref) => table.intern(ref))
        expect(numbers.map((number) => table.textOf(number))).toEqual(refs)
        expect(refs.map((ref) => table.find(ref))).toEqual(numbers)
        expect(table.size).toBe(new Set(refs).size)
      }),
      { numRuns: 30 },
    )
  })
})
