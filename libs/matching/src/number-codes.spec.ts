import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { calendarDay } from './calendar-day.js'
import { hashOf, parseUpnCode, placeCode, postcodeCode } from './number-codes.js'

const signs = ' 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const oneOf = (letters: string, min: number, max = min) =>
  fc
    .array(fc.nat(letters.length - 1), { minLength: min, maxLength: max })
    .map((places) => places.map((at) => letters.charAt(at)).join(''))
const anything = oneOf(`${signs}az-é`, 0, 16)

describe('numbers that stand for what is written', () => {
  it('are made of dates as a pattern would make them', () => {
    const dates = fc
      .tuple(oneOf('0129', 4), oneOf('-5', 1), oneOf('0123', 2), oneOf('-', 1), oneOf('0123 9', 2))
      .map((parts) => parts.join(''))
    const days = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    fc.assert(
      fc.property(fc.oneof(dates, anything), (text) => {
        const [, year, month, day] = (/^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []).map(Number)
        const isDay = Number(day) >= 1 && Number(day) <= (days[Number(month) - 1] ?? 0)
        expect(calendarDay(text)).toBe(isDay ? Number(year) * 10_000 + Number(month) * 100 + Number(day) : 0)
      }),
      { numRuns: 500 },
    )
  })

  it('are made of postcodes sign by sign, and of nothing else', () => {
    const postcodes = fc.tuple(oneOf('LSM1290', 2, 4), oneOf('0149', 1), oneOf('AQZ', 2)).map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(postcodes, anything), (text) => {
        const isForm = /^[A-Z0-9]{2,4}\d[A-Z]{2}$/.test(text)
        expect(postcodeCode(text)).toBe(
          isForm ? Array.from(text).reduce((sum, one) => sum * 37 + signs.indexOf(one), 0) : 0,
        )
      }),
      { numRuns: 500 },
    )
  })

  it('are made of property numbers as they are, and of other addresses by their hash', () => {
    const numbered = oneOf('0123456789', 1, 14).map((digits) => `uprn ${digits}`)
    fc.assert(
      fc.property(fc.oneof(numbered, anything), (text) => {
        const number = /^uprn (\d{1,12})$/.exec(text)?.[1]
        const hash = hashOf(text) % 2 ** 48
        expect(placeCode(text)).toBe(number === undefined ? hash + (hash < 10 ** 12 ? 10 ** 12 : 0) : Number(number))
      }),
      { numRuns: 500 },
    )
  })

  it('are made of pupil numbers by letter and digits, and of texts without their form by their hash', () => {
    const pupils = fc.tuple(oneOf('AZ', 1), oneOf('0189', 11), oneOf('09AZ', 1)).map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(pupils, anything), (text) => {
        const [, letter = '', digits, last = ''] = /^([A-Z])(\d{11})([0-9A-Z])$/.exec(text) ?? []
        const code = (signs.indexOf(letter) * 37 + signs.indexOf(last)) * 10 ** 11 + Number(digits)
        expect(parseUpnCode(text)).toBe(digits === undefined ? 2 ** 52 + hashOf(text) : code)
      }),
      { numRuns: 500 },
    )
  })
})
