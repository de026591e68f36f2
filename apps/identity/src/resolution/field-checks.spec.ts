import { describe, expect, it } from '@jest/globals'
import { date, instant, integer, oneOf, readAs, text, truth, wholeName, type Check } from './field-checks.js'

const faultOf = (check: Check, value: unknown) => readAs(check, value).faults.map(({ code }) => code)

describe('the fields of a record', () => {
  it.each<[string, Check, unknown, string]>([
    ['a number below its least', integer(1, 9), 0, 'FIELD_SIZE'],
    ['a number above its most', integer(1, 9), 10, 'FIELD_SIZE'],
    ['a half', integer(1, 9), 1.5, 'FIELD_TYPE'],
    ['a number as text', integer(1, 9), '3', 'FIELD_TYPE'],
    ['an empty text', text(3), '', 'FIELD_SIZE'],
    ['a text too long', text(3), 'abcd', 'FIELD_SIZE'],
    ['NUL', text(3), '\u0000', 'TEXT_CONTROL'],
    ['half a character', text(3), '\ud800', 'TEXT_CONTROL'],
    ['a name that searches', wholeName(9), 'Am*', 'TEXT_WILDCARD'],
    ['a word of no list', oneOf(['find']), 'seek', 'FIELD_VALUE'],
    ['a truth as text', truth, 'true', 'FIELD_TYPE'],
    ['a day that does not exist', date, '2026-02-30', 'DATE_FORM'],
    ['the year 0', date, '0000-01-01', 'DATE_FORM'],
    ['the hour 24', instant, '2026-11-20T24:00:00Z', 'DATE_FORM'],
    ['an instant without offset', instant, '2026-11-20T10:00:00', 'DATE_FORM'],
  ])('cannot be %s', (_, check, value, code) => {
    expect(faultOf(check, value)).toEqual([code])
  })

  it('may be at their bounds', () => {
    for (const [check, value] of [
      [integer(1, 9), 1],
      [integer(1, 9), 9],
      [text(3), 'abc'],
      [date, '2024-02-29'],
      [instant, '0001-01-01T00:00:00Z'],
    ] as const)
      expect(faultOf(check, value)).toEqual([])
  })
})
