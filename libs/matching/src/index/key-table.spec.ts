import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { KeyTable } from './key-table.js'

/** Some share a line, some the bits that a word holds of them, and some stand at the end of the table. */
const key = fc.oneof(
  fc.integer({ min: 1, max: 9 }),
  fc.integer({ min: 1, max: 9 }).map((high) => high * 2 ** 24 + 5),
  fc.integer({ min: 1, max: 9 }).map((low) => 2 ** 32 - low),
)
const entry = fc.record({ key, slot: fc.nat(7), row: fc.nat(60), isTaken: fc.boolean() })
const gathered = (table: KeyTable, ofKey: number, slot: number) => {
  const rows: number[] = []
  table.gather(ofKey, slot, rows)
  return rows
}

/** A table of 800 rows holds nineteen bits of a key. */
const isAlike = (one: number, two: number) => one % 2 ** 19 === two % 2 ** 19

describe('a table of rows by keys', () => {
  it('gives back of each key every row that was put in and not taken out, and others only of keys like it', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 300, size: 'max' }), (entries) => {
        const table = new KeyTable(800, 8)
        const held = new Map<string, { readonly key: number; readonly slot: number; readonly row: number }>()
        for (const { key, slot, row, isTaken } of entries) {
          const name = `${String(slot)} ${String(row)}`
          const known = held.get(name)
          if (known && isTaken) expect(table.remove(known.key, slot, row)).toBe(held.delete(name))
          if (known || isTaken) continue
          table.add(key, slot, row)
          held.set(name, { key, slot, row })
        }
        const all = [...held.values()]
        for (const { key, slot } of all) {
          const found = gathered(table, key, slot)
          const rowsOf = (is: (other: number) => boolean) =>
            all.filter((other) => other.slot === slot && is(other.key)).map(({ row }) => row)
          expect(found).toEqual(expect.arrayContaining(rowsOf((other) => other === key)))
          expect(rowsOf((other) => isAlike(other, key))).toEqual(expect.arrayContaining(found))
        }
      }),
      { numRuns: 30 },
    )
  })

  it('has no room left before finding any takes long', () => {
    const table = new KeyTable(0, 8)
    let rows = 0
    for (; !table.isFull(rows % 900); rows += 1) table.add((rows * 2_654_435_761) % 2 ** 32, rows % 8, rows % 900)
    expect(rows).toBeGreaterThan(5000)
    expect(rows * 4).toBeLessThan(table.bytes)
    expect(new KeyTable(100, 8).isFull(5000)).toBe(true)
  })
})
