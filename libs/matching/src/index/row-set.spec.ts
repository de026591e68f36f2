import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { RowSet } from './row-set.js'

describe('a small set of rows', () => {
  it('tells which rows are new, and forgets them all when it is emptied', () => {
    const rows = fc.array(fc.oneof(fc.nat(50), fc.nat(24_000_000)), { maxLength: 300 })
    const set = new RowSet()
    fc.assert(
      fc.property(rows, (added) => {
        set.clear()
        const plain = new Set<number>()
        for (const row of added) {
          expect(set.add(row)).toBe(!plain.has(row))
          plain.add(row)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('turns rows away once it is half full, rather than seek room for ever', () => {
    const set = new RowSet()
    let held = 0
    for (let row = 0; row < 100_000; row += 1) if (set.add(row)) held += 1
    expect(held).toBe(2048)
    set.clear()
    expect(set.add(99_999)).toBe(true)
  })
})
