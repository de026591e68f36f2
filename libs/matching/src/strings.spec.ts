import { describe, expect, it } from '@jest/globals'
import { distance } from 'fastest-levenshtein'
import fc from 'fast-check'
import osa from 'talisman/metrics/damerau-levenshtein.js'
import jw from 'talisman/metrics/jaro-winkler.js'
import { alignmentDistance, codeUnits, isWithinOneEdit, jaroWinkler, jaroWinklerOfUnits } from './strings.js'

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', 'e'), maxLength: 9 })

describe('comparing strings', () => {
  it('agrees with an independent Jaro-Winkler, either way round', () => {
    fc.assert(
      fc.property(word, word, (left, right) => {
        if (left === '' || right === '') return
        const [short = '', long = ''] = [left, right].sort(
          (one, two) => one.length - two.length || (one < two ? -1 : 1),
        )
        expect(jaroWinkler(left, right)).toBeCloseTo(jw(short, long), 10)
        expect(jaroWinkler(left, right)).toBe(jaroWinkler(right, left))
        expect(jaroWinklerOfUnits(codeUnits(left), codeUnits(right))).toBe(jaroWinkler(left, right))
      }),
    )
  })

  it('finds nothing shared with an empty text, and everything between two', () => {
    expect(jaroWinkler('', '')).toBe(1)
    expect(jaroWinkler('', 'ann')).toBe(0)
    expect(jaroWinkler('ann', '')).toBe(0)
  })

  it('compares the first 128 units of long texts', () => {
    const long = 'x'.repeat(500)
    expect(jaroWinkler(`${long}a`, `${long}b`)).toBe(1)
    expect(alignmentDistance(codeUnits(`${long}a`), codeUnits(`${long}b`), 3)).toBe(0)
  })

  it('knows one edit, a swap of neighbours included, as independent implementations do', () => {
    fc.assert(
      fc.property(word, word, (left, right) => {
        expect(isWithinOneEdit(left, right)).toBe(osa(left, right) <= 1)
        if (distance(left, right) <= 1) expect(isWithinOneEdit(left, right)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('knows any single edit of any text', () => {
    const edited = fc
      .tuple(word, fc.nat(9), word)
      .map(([text, at, other]) => [text, text.slice(0, at) + other.slice(0, 1) + text.slice(at + 1)] as const)
    fc.assert(fc.property(edited, ([left, right]) => isWithinOneEdit(left, right) === osa(left, right) <= 1))
  })

  it('counts edits as an independent optimal string alignment does, up to the bound it was given', () => {
    fc.assert(
      fc.property(word, word, fc.nat(6), (left, right, most) => {
        const expected = osa(left, right)
        const found = alignmentDistance(codeUnits(left), codeUnits(right), most)
        if (expected <= most) expect(found).toBe(expected)
        else expect(found).toBeGreaterThan(most)
      }),
      { numRuns: 1000 },
    )
  })
})
