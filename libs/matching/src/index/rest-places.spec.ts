import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { RestPlaces } from './rest-places.js'
import { SparseWords } from './sparse-words.js'

const rows = fc.oneof(fc.nat(40), fc.nat(6000), fc.nat(24_000_000))
const steps = fc.array(fc.tuple(rows, fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 0xffffffff }))), {
  maxLength: 200,
})

describe('places of rows', () => {
  it('are those last set, whatever the order', () => {
    fc.assert(
      fc.property(steps, (set) => {
        const [places, words, plain] = [new RestPlaces(), new SparseWords(), new Map<number, number>()]
        for (const [row, place] of set) {
          places.set(row, place)
          words.set(row, place)
          plain.set(row, place)
        }
        for (const [row, place] of plain) {
          expect(places.get(row)).toBe(place)
          expect(words.get(row)).toBe(place)
        }
        const held = [...plain].filter(([, place]) => place > 0).sort(([one], [two]) => one - two)
        expect([...places.all()]).toEqual(held.map(([row, place]) => ({ row, place })))
      }),
      { numRuns: 100 },
    )
  })

  it('are told also of a page where all rows have one, and take no more then than a number each', () => {
    const places = new RestPlaces()
    for (let row = 0; row < 8192; row += 1) places.set((row * 5) % 8192, row + 1)
    for (let row = 0; row < 8192; row += 1) expect(places.get((row * 5) % 8192)).toBe(row + 1)
    expect(places.bytes).toBe(8192 * 4)
  })
})
