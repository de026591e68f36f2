import { describe, expect, it } from '@jest/globals'
import { distance } from 'fastest-levenshtein'
import fc from 'fast-check'
import osa from 'talisman/metrics/damerau-levenshtein.js'
import jw from 'talisman/metrics/jaro-winkler.js'
import { isWithinOneEdit, jaroWinkler } from './strings.js'

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
        expect(jaroWinkler(left, right)).toBeCloseTo(jaroWinkler(right, left), 10)
      }),
    )
  })

  it('knows one edit, a swap of neighbours included, as independent implementations do', () => {
    fc.assert(
      fc.property(word, word, (left, right) => {
        expect(isWithinOneEdit(left, right)).toBe(osa(left, right) <= 1)
        if (distance(left, right) <= 1) expect(isWithinOneEdit(left, right)).toBe(true)
      }),
    )
  })
})
