import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { RowPostings, type Refinement } from './row-postings.js'
import { refinedKey, strongSlots } from './strong-keys.js'

const sexes = [0, 1]
const years = [2015, 2016, 2017]
const outcodes = [0, 7]
const everything: Refinement = { sexes, years, anyYears: years, outcodes }
const slots = Array.from({ length: strongSlots }, (_, slot) => slot)

/** Rows whose keys are told by their numbers: few keys, so that many rows share each. */
function keysOf(keys: number) {
  const at = (row: number, slot: number) => ((row * 7 + slot * 13) % keys) * 1_000_003 + slot * 31
  return {
    at,
    all: (row: number) => Uint32Array.from(slots, (slot) => at(row, slot)),
    refined: (row: number, key: number) => refinedKey(key, row % 2, 2015 + (row % 3), row % 5 === 0 ? 7 : 0),
  }
}

function isRefinedBy(row: number, refinement: Refinement): boolean {
  const isBorn = refinement.years.includes(2015 + (row % 3))
  return isBorn && refinement.sexes.includes(row % 2) && refinement.outcodes.includes(row % 5 === 0 ? 7 : 0)
}

function gathered(postings: RowPostings, key: number, slot: number, refinement: Refinement): readonly number[] {
  const rows: number[] = []
  postings.gather(key, slot, () => refinement, rows)
  return rows.sort((one, two) => one - two)
}

describe('rows by strong keys', () => {
  it('are all found, however many share a key, while rows come and go', () => {
    const sizes = fc.record({ rows: fc.integer({ min: 1, max: 3000 }), keys: fc.constantFrom(1, 2, 7, 40, 500) })
    fc.assert(
      fc.property(sizes, fc.array(fc.nat(2999), { maxLength: 300, size: 'max' }), ({ rows, keys }, gone) => {
        const rowKeys = keysOf(keys)
        const postings = new RowPostings(rowKeys, 0)
        const held = new Set<number>()
        const add = (row: number) => {
          postings.grow(rows, (other) => other !== row && held.has(other))
          postings.add(row)
          held.add(row)
        }
        for (let row = 0; row < rows; row += 1) add(row)
        for (const row of gone) {
          if (!held.delete(row)) continue
          postings.remove(row)
          if (row % 3 === 0) add(row)
        }
        for (const slot of slots.filter((one) => one !== 0)) {
          const key = rowKeys.at(3, slot)
          const plain = [...held].filter((row) => rowKeys.at(row, slot) === key).sort((one, two) => one - two)
          expect(gathered(postings, key, slot, everything)).toEqual(plain)
          const wanted = { sexes: [1], years: [2016], anyYears: [2016], outcodes: [0] }
          const some = new Set(gathered(postings, key, slot, wanted))
          expect(plain.filter((row) => isRefinedBy(row, wanted) && !some.has(row))).toEqual([])
          expect([...some].filter((row) => !plain.includes(row))).toEqual([])
        }
      }),
      { numRuns: 5 },
    )
  })
})
