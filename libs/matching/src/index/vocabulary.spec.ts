import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { familyPart } from '../name-form.js'
import { Numbering } from './numbering.js'
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
          expect(vocabulary.distinctIdsOf(code)).toEqual(plain.distinct.map(({ id }) => id))
        }
      }),
      { numRuns: 30 },
    )
  })
})

const short = fc.string({ unit: fc.constantFrom('a', 'b', 'é'), minLength: 1, maxLength: 6 })

describe('names of an index', () => {
  it('are one token each, told apart from names that it does not hold', () => {
    fc.assert(
      fc.property(fc.array(short, { maxLength: 400, size: 'max' }), short, (texts, asked) => {
        const vocabulary = new Vocabulary()
        const tokens = texts.map(vocabulary.intern)
        expect(vocabulary.size).toBe(new Set(texts).size)
        expect(tokens.map(({ text }) => text)).toEqual(texts)
        expect(tokens.every((token) => vocabulary.find(token.text) === token)).toBe(true)
        expect(vocabulary.find(asked).id >= 0).toBe(texts.includes(asked))
      }),
      { numRuns: 30 },
    )
  })

  it('are told apart by their first letters only where neither is the beginning of the other', () => {
    fc.assert(
      fc.property(short, short, (one, two) => {
        const vocabulary = new Vocabulary()
        const [token, other] = [vocabulary.intern(one), vocabulary.intern(two)]
        const isApart = vocabulary.codes.isApart(token, other.id)
        const [start, otherStart] = [one.slice(0, 4), two.slice(0, 4)]
        expect(isApart).toBe(!start.startsWith(otherStart) && !otherStart.startsWith(start))
      }),
    )
  })
})

describe('values by numbers', () => {
  it('have one each, from 1 on, and are given back', () => {
    const value = fc.oneof(fc.nat(30), fc.maxSafeNat(), fc.constantFrom(0, 2 ** 31, 2 ** 32, 2 ** 52))
    fc.assert(
      fc.property(fc.array(value, { maxLength: 300, size: 'max' }), (values) => {
        const numbering = new Numbering()
        const numbers = values.map((one) => numbering.of(one))
        expect(numbers.map((number) => numbering.valueOf(number))).toEqual(values)
        expect(values.map((one) => numbering.of(one))).toEqual(numbers)
        expect(Math.max(0, ...numbers)).toBe(new Set(values.filter((one) => one > 0)).size)
      }),
      { numRuns: 30 },
    )
  })
})
