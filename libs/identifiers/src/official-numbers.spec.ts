import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { isTemporaryUpn, parseNhsNumber, parseUln, parseUpn } from './index.js'

describe('NHS numbers', () => {
  it.each(['9434765919', '9000000009', '9000000025', '9000000033', '9876543210', '9111231130'])('reads %s', (text) => {
    expect(parseNhsNumber(text)).toBe(text)
  })

  it.each(
    '9990000018 9990000026 9990000034 9990000042 9990000050 9990000069 9990000077 9990000085 9990000093 9990000107'.split(
      ' ',
    ),
  )('reads the test number %s', (text) => {
    expect(parseNhsNumber(text)).toBe(text)
  })

  it('ignores spaces, as the number is shown in groups', () => {
    expect(parseNhsNumber('943 476 5919')).toBe('9434765919')
  })

  it.each(['9000000000', '1234567890', '943476591', '94347659190', 'abcdefghij', '', '943-476-5919'])(
    'refuses "%s"',
    (text) => {
      expect(parseNhsNumber(text)).toBeUndefined()
    },
  )

  it('never accepts nine digits whose check digit would be 10', () => {
    for (let last = 0; last < 10; last += 1) expect(parseNhsNumber(`999000000${last}`)).toBeUndefined()
  })

  it('refuses the fillers that pass the check', () => {
    for (let digit = 0; digit < 10; digit += 1) expect(parseNhsNumber(String(digit).repeat(10))).toBeUndefined()
    expect(parseNhsNumber('0123456789')).toBeUndefined()
  })
})

describe('unique pupil numbers', () => {
  it.each(
    'B801200005001 H801200001001 K801200024001 P207000016049 J80120002401A Y80120002401B R999999926001 F999999926002 V999999926003 C99999992600A R99999992600B'.split(
      ' ',
    ),
  )('reads %s', (text) => {
    expect(parseUpn(text)).toBe(text)
    expect(parseUpn(` ${text.toLowerCase()} `)).toBe(text)
  })

  it.each(['A801200005001', 'B207000016049', 'UN1', 'UN7', 'B80120000500', 'B801200005001X', 'I801200005001'])(
    'refuses %s',
    (text) => {
      expect(parseUpn(text)).toBeUndefined()
    },
  )

  it('knows a temporary one by its last letter', () => {
    expect(isTemporaryUpn('J80120002401A')).toBe(true)
    expect(isTemporaryUpn('B801200005001')).toBe(false)
  })
})

describe('unique learner numbers', () => {
  it.each(['9276308686', '1234567899', '1111111110', '9990000017', '9990000025', '9990000033'])('reads %s', (text) => {
    expect(parseUln(text)).toBe(text)
  })

  it.each(['9999999999', '0123456789', '927630868', '9276308687'])('refuses %s', (text) => {
    expect(parseUln(text)).toBeUndefined()
  })

  it('never takes an NHS number for a ULN', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_999_999_999 }), (number) => {
        const text = String(number).padStart(10, '0')
        expect(parseNhsNumber(text) !== undefined && parseUln(text) !== undefined).toBe(false)
      }),
    )
  })
})
