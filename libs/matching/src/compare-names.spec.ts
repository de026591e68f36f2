import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { comparableOf } from './comparable.js'
import { compareNames } from './compare-names.js'
import { emptyProfile } from './profile.js'
import { normalisePart } from './normalise-names.js'
import { isInflected, skeletonOf, surnameStemsOf } from './name-variants.js'
import { likeness, likenessOf } from './similarity.js'
import { Token } from './token.js'

function named(text: string) {
  const [given = '', family = ''] = text.split(',')
  const name = { given: normalisePart(given, 'given').tokens, family: normalisePart(family, 'family').tokens }
  return comparableOf({ ...emptyProfile, name })
}

function level(one: string, two: string) {
  const found = compareNames(named(one), named(two), likenessOf)
  expect(compareNames(named(two), named(one), likenessOf)).toBe(found)
  return found
}

describe('East-Asian names', () => {
  it.each([
    ['Min Jun, Domingo', 'Domingo, Minjun', 'swapped-exact'],
    ['Minjoon, Domingo', 'Domingo, Min Jun', 'swapped-near'],
    ['Ming Huy, Zhurak', 'Zhurak, Ming', 'swapped-near'],
    ['Wei, Cheung', 'Zhang, Wei', 'swapped-near'],
    ['Min Jun, Domingo', 'Domingo, Hana', 'nothing'],
  ])('are read in the other order: %s and %s', (one, two, expected) => {
    expect(level(one, two)).toBe(expected)
  })

  it.each([
    ['Zhi Yuan, Chan', 'Tony, Chan'],
    ['Jia Yi, Leung', 'Emily, Leung'],
    ['Jiayi, Li', 'Emily, Li'],
    ['Hoi Yan, Wong', 'Grace, Wong'],
  ])('go with an English one, which says nothing for or against: %s and %s', (one, two) => {
    expect(level(one, two)).toBe('surname-exact-given-english')
  })

  it.each([
    ['Zhi Yuan, Chan', 'Jia Hao, Chan'],
    ['Tony, Chan', 'Emily, Chan'],
    ['Zhi Yuan, Fernsby', 'Tony, Fernsby'],
  ])('of brothers and sisters, and under other surnames, differ: %s and %s', (one, two) => {
    expect(level(one, two)).toBe('surname-exact-given-differ')
  })

  it('are one surname in the spellings of several languages and countries', () => {
    for (const [one, two] of [
      ['Tuan, Ng', 'Tuan, Woo'],
      ['Hana, Kang', 'Hana, Gang'],
      ['Wei, Lau', 'Wei, Liew'],
    ] as const)
      expect(level(one, two)).toBe('given-exact-surname-near')
  })
})

describe('spellings of one name', () => {
  it('are told as by folding both, whatever their first letters tell', () => {
    const start = fc.constantFrom(
      '',
      'p',
      'ph',
      'f',
      'q',
      'k',
      'o',
      'ou',
      'u',
      'e',
      'ee',
      'eh',
      'y',
      'a',
      'ah',
      'i',
      'dh',
      'd',
    )
    const end = fc.constantFrom('', 'h', 'hh', 'a', 'ova', 'ska', 'ski', 'cka', 'dzka', 'aite', 'as', 'iene', 'is', 'e')
    const text = fc.tuple(start, fc.string({ unit: fc.constantFrom('o', 'e', 'k', 'm'), maxLength: 3 }), end)
    const token = text.map((parts) => new Token(parts.join(''))).filter(({ length }) => length > 0)
    fc.assert(
      fc.property(token, token, (one, two) => {
        expect(one.isSpeltAs(two)).toBe(skeletonOf(one.text) === skeletonOf(two.text))
        if (one.text === two.text) return
        const isOne = isInflected(surnameStemsOf(one.text), surnameStemsOf(two.text))
        expect((likenessOf(one, two) & likeness.inflected) > 0).toBe(isOne)
      }),
      { numRuns: 3000 },
    )
  })
})
