import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { calendarDay } from './calendar-day.js'
import { hashOf, parseUpnCode, placeCode, postcodeCode } from './number-codes.js'
import { comparableOf } from './comparable.js'
import { compareResidence } from './compare-residence.js'
import { emptyProfile } from './profile.js'
import { isWithinOneEdit, jaroWinkler, jaroWinklerOfTwoWords } from './strings.js'

const signs = ' 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const unit = fc.constantFrom(...'0123456789-AZaz /:é'.split(''))
const anyText = fc.string({ unit, maxLength: 14 })

/** The same by patterns, as they are written down. */
const plain = {
  day: (iso: string): number => {
    const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso)
    const [year, month, day] = [Number(match?.[1]), Number(match?.[2]), Number(match?.[3])]
    const date = new Date(Date.UTC(2000, month - 1, day))
    date.setUTCFullYear(year, month - 1, day)
    const isOne = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
    return isOne || (month === 2 && day === 29) ? year * 10_000 + month * 100 + day : 0
  },
  postcode: (text: string): number =>
    /^[A-Z0-9]{2,4}\d[A-Z]{2}$/.test(text)
      ? text.split('').reduce((sum, sign) => sum * 37 + signs.indexOf(sign), 0)
      : 0,
  upn: (text: string): number => {
    const [, letter = '', digits = '', last = ''] = /^([A-Z])(\d{11})([0-9A-Z])$/.exec(text) ?? []
    if (letter === '') return 2 ** 52 + hashOf(text)
    return (signs.indexOf(letter) * 37 + signs.indexOf(last)) * 10 ** 11 + Number(digits)
  },
  place: (text: string): number | undefined => {
    const uprn = /^uprn (\d{1,12})$/.exec(text)?.[1]
    return uprn === undefined ? undefined : Number(uprn)
  },
}

describe('codes of what a record says', () => {
  it('are those that patterns give: days, postcodes, pupil numbers and property numbers', () => {
    const digit = fc.constantFrom(...'0123456789'.split(''))
    const near = (pattern: RegExp) => fc.oneof(fc.stringMatching(pattern), anyText)
    fc.assert(
      fc.property(
        near(/^\d{4}-[01]\d-[0-3]\d$/),
        near(/^[A-Z0-9]{2,4}\d[A-Z]{2}$/),
        near(/^[A-Z]\d{11}[0-9A-Z]$/),
        fc.array(digit, { maxLength: 13 }),
        (day, postcode, upn, digits) => {
          expect(calendarDay(day)).toBe(plain.day(day))
          expect(postcodeCode(postcode)).toBe(plain.postcode(postcode))
          expect(parseUpnCode(upn)).toBe(plain.upn(upn))
          const place = `uprn ${digits.join('')}`
          const expected = plain.place(place)
          if (expected === undefined) expect(placeCode(place)).toBeGreaterThanOrEqual(10 ** 12)
          else expect(placeCode(place)).toBe(expected)
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('two words', () => {
  it('are as alike as the text they make, long ones too', () => {
    const word = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 7 }),
      fc.nat({ max: 70 }).map((length) => 'ab'.repeat(length)),
    )
    fc.assert(
      fc.property(fc.tuple(word, word), fc.tuple(word, word), (left, right) => {
        expect(jaroWinklerOfTwoWords(left, right)).toBe(jaroWinkler(left.join(' '), right.join(' ')))
      }),
      { numRuns: 300 },
    )
  })
})

describe('two postcodes', () => {
  it('are one slip apart where one edit makes the one of the other', () => {
    const postcode = fc.stringMatching(/^[AB][A1]?[12]?[12]\d[AB]{2}$/).filter((text) => text.length >= 5)
    const at = (text: string) => comparableOf({ ...emptyProfile, postcodes: [text] })
    fc.assert(
      fc.property(postcode, postcode, (left, right) => {
        const isSector = left.slice(0, -2) === right.slice(0, -2)
        const further = left.slice(0, -3) === right.slice(0, -3) ? 'outcode' : 'none'
        const near = isWithinOneEdit(left, right) ? 'one-edit' : further
        const expected = left === right ? 'postcode-rare' : isSector ? 'sector' : near
        expect(compareResidence(at(left), at(right), () => 0)).toBe(expected)
      }),
      { numRuns: 1000 },
    )
  })
})
