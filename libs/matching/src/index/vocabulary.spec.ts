import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { familyPart } from '../name-form.js'
import { Vocabulary } from './vocabulary.js'

const names = fc.array(fc.constantFrom('cole', 'kent', 'de', 'la', 'singh', 'khan', 'o', 'brien', 'coleken', 't'), {
  maxLength: 4,
})

describe('lists of names', () => {
  it('have one number each, and are made again from it', () => {
    fc.assert(
      fc.property(fc.array(names, { maxLength: 60, size: 'max' }), (lists) => {
        const vocabulary = new Vocabulary()
        const tokensOf = (list: readonly string[]) => list.map(vocabulary.intern)
        const codes = lists.map((list) => vocabulary.codeOf(tokensOf(list)))
        expect(new Set(codes).size).toBe(new Set(lists.map((list) => list.join(' '))).size)
        for (const [at, list] of lists.entries()) {
          const [code, plain] = [codes[at] ?? -1, familyPart(tokensOf(list), vocabulary.intern)]
          expect(vocabulary.codeOf(tokensOf(list))).toBe(code)
          const { all, distinct, joined } = vocabulary.partOf(code)
          expect(all).toEqual(plain.all)
          expect(distinct).toEqual(plain.distinct)
          expect(joined).toBe(plain.joined)
          expect(vocabulary.joinedIdOf(code)).toBe(plain.joined?.id ?? -1)
        }
      }),
      { numRuns: 30 },
    )
  })
})
