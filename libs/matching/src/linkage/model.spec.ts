import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Comparison } from './comparison.js'
import { Model } from './model.js'
import { PairStore } from './pair-store.js'

const town: Comparison = {
  label: 'town',
  levels: 2,
  agrees: (level) => level === 1,
  chance: 0,
  compare: () => 1,
  kin: 0.5,
}

/** What the field says for relatives, of whom a share has it in common, where it says so much for one person. */
function forRelatives(shared: number, weight: number): number {
  const learned = {
    weights: new Int32Array(8),
    centre: new Int32Array(2),
    kin: undefined,
    shared,
    matchParent: undefined,
    chanceParent: undefined,
  }
  const pairs = PairStore.of([town], Int32Array.of(0), Int32Array.of(1))
  return new Model([town], { prior: 0, kinPrior: 0 }, [learned]).kinWeightOf(pairs, 0, 0, weight)
}

describe('what a field says for relatives', () => {
  it('is nothing where it says nothing for one person, as of what all records say', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 0.999, noNaN: true }), (shared) => {
        expect(Math.abs(forRelatives(shared, 0))).toBeLessThanOrEqual(2)
      }),
      { numRuns: 50 },
    )
  })

  it('is the mean of what it says of those who have it in common and of those who share it by chance', () => {
    const weight = fc.integer({ min: -12_000, max: 25_000 })
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 0.999, noNaN: true }), weight, (shared, milliBits) => {
        const plain = 1000 * Math.log2(shared * 2 ** (milliBits / 1000) + 1 - shared)
        expect(Math.abs(forRelatives(shared, milliBits) - plain)).toBeLessThanOrEqual(3)
      }),
      { numRuns: 100 },
    )
  })
})
