import { randomBytes } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { drawUci, formatUci, readUci, syndromesOf, valuesOf } from './uci.js'

const open = { allowReserved: true }
const bare = (shown: string): string => shown.replaceAll('-', '')
const sumsOf = (shown: string): readonly number[] => syndromesOf(valuesOf(bare(shown)))
const inverse = (value: number): number =>
  Array.from({ length: 29 }, (_, at) => at).find((at) => (at * value) % 29 === 1) ?? 0

/** Valid; one wrong symbol, its position and sums; an adjacent swap and its sums (domain.md §3). */
const rows = [
  ['99MJ-YZXT-0T', '99NJ-YZXT-0T', 3, [3, 9], '99JM-YZXT-0T', [2, 14]],
  ['992R-6JH4-BZ', '992R-6JHC-BZ', 8, [27, 13], '9926-RJH4-BZ', [16, 28]],
  ['9931-PMJX-7Q', '9931-RMJX-7Q', 5, [10, 21], '9931-MPJX-7Q', [2, 22]],
  ['9986-37Y0-54', '9986-37Y0-51', 10, [28, 19], '9986-3Y70-54', [9, 1]],
  ['99X4-NQJX-C8', '29X4-NQJX-C8', 1, [22, 22], '99X4-NQXJ-C8', [19, 24]],
  ['996K-P3F0-ZM', '996K-P3Q0-ZM', 7, [27, 15], '996K-P3FZ-0M', [1, 17]],
  ['99ZR-4Y2R-YT', '99ZR-4Y2R-HT', 9, [8, 14], '99ZR-4Y2R-TY', [4, 18]],
  ['9975-VZ85-2C', '997Q-VZ85-2C', 4, [6, 24], '9975-VZ58-2C', [3, 16]],
  ['99VF-5RBV-BQ', '99VF-5NBV-BQ', 6, [11, 8], '99VF-5RBB-VQ', [14, 6]],
  ['9961-5H9D-PZ', '9Q61-5H9D-PZ', 2, [24, 19], '9961-H59D-PZ', [19, 6]],
] as const

describe('reading a UCI', () => {
  it.each(rows)('reads %s, and refuses a wrong symbol and a swap', (...row) => {
    const [valid, wrong, position, wrongSums, swap, swapSums] = row
    expect(readUci(valid, open)).toEqual({ ok: true, uci: bare(valid) })
    expect(formatUci(bare(valid))).toBe(valid)
    expect(readUci(wrong, open)).toEqual({ ok: false, code: 'UCI_CHECK_FAILED' })
    expect(readUci(swap, open)).toEqual({ ok: false, code: 'UCI_CHECK_FAILED' })
    expect(sumsOf(wrong)).toEqual(wrongSums)
    expect(sumsOf(swap)).toEqual(swapSums)
    expect((wrongSums[1] * inverse(wrongSums[0])) % 29).toBe(position)
  })

  it('cannot tell which valid neighbour a swap came from, so nothing is corrected', () => {
    for (const [decoy, swap] of [
      ['99JM-YZ5T-0T', '99JM-YZXT-0T'],
      ['9926-RJH4-5Z', '9926-RJH4-BZ'],
    ] as const) {
      expect(readUci(decoy, open).ok).toBe(true)
      expect(Array.from(bare(decoy)).filter((symbol, at) => symbol !== bare(swap)[at])).toHaveLength(1)
    }
  })

  it('ignores case, blanks, hyphens and dashes', () => {
    for (const text of [
      '99mjyzxt0t',
      ' 99MJ YZXT 0T ',
      '99MJ\u00a0YZXT\u00a00T',
      '99MJ\u2013YZXT\u20140T',
      '99Mj‐yZXT‑0t',
    ])
      expect(readUci(text, open)).toEqual({ ok: true, uci: '99MJYZXT0T' })
  })

  it.each([
    ['99MJ-YZXT-0', 'UCI_LENGTH'],
    ['99MJ-YZXT-0TT', 'UCI_LENGTH'],
    ['', 'UCI_LENGTH'],
    ['99MJ_YZXT_0T', 'UCI_LENGTH'],
    ['O9MJ-YZXT-0T', 'UCI_SYMBOL'],
    ['99MI-YZXT-0T', 'UCI_SYMBOL'],
    ['99ML-YZXT-0T', 'UCI_SYMBOL'],
    ['99MS-YZXT-0T', 'UCI_SYMBOL'],
    ['99MU-YZXT-0T', 'UCI_SYMBOL'],
    ['99MJ-YZXT-0T'.replace('T', 'Т'), 'UCI_SYMBOL'],
    ['９9MJ-YZXT-0T', 'UCI_SYMBOL'],
    ['99MJ-YZX\u{1d413}-0T', 'UCI_SYMBOL'],
  ])('answers %s with %s', (text, code) => {
    expect(readUci(text, open)).toEqual({ ok: false, code })
  })

  it('refuses the reserved identifiers where only real ones may pass', () => {
    expect(readUci('99MJ-YZXT-0T', { allowReserved: false })).toEqual({ ok: false, code: 'UCI_RESERVED' })
    expect(readUci('99NJ-YZXT-0T', { allowReserved: false })).toEqual({ ok: false, code: 'UCI_CHECK_FAILED' })
  })
})

describe('the check symbols', () => {
  const sample = Array.from({ length: 50 }, () => drawUci(randomBytes, { reserved: false }))

  it('detect every substitution, and its sums restore the symbol', () => {
    for (const uci of sample) {
      const values = valuesOf(uci)
      for (let at = 0; at < 10; at += 1) {
        for (let other = 0; other < 29; other += 1) {
          if (other === values[at]) continue
          const [s1, s2] = syndromesOf(values.with(at, other))
          const position = (s2 * inverse(s1)) % 29
          const error = (s1 * inverse(position)) % 29
          expect([position, (other - error + 29) % 29]).toEqual([at + 1, values[at]])
        }
      }
    }
  })

  it('detect every swap of two different symbols, adjacent or not', () => {
    for (const uci of sample) {
      const values = valuesOf(uci)
      for (let left = 0; left < 9; left += 1) {
        for (let right = left + 1; right < 10; right += 1) {
          if (values[left] === values[right]) continue
          const swapped = values.with(left, values[right] ?? 0).with(right, values[left] ?? 0)
          expect(syndromesOf(swapped)).not.toEqual([0, 0])
        }
      }
    }
  })

  it('detect every double error of one UCI', () => {
    const values = valuesOf(sample[0] ?? '')
    const pairs = values.flatMap((_, left) => values.slice(left + 1).map((__, gap) => [left, left + 1 + gap] as const))
    const isMissed = ([left, right]: readonly [number, number], errors: number): boolean => {
      const first = ((values[left] ?? 0) + 1 + (errors % 28)) % 29
      const second = ((values[right] ?? 0) + 1 + Math.floor(errors / 28)) % 29
      return syndromesOf(values.with(left, first).with(right, second)).every((sum) => sum === 0)
    }
    const missed = pairs.filter((pair) =>
      Array.from({ length: 28 * 28 }, (_, at) => at).some((at) => isMissed(pair, at)),
    )
    expect([pairs.length, missed]).toEqual([45, []])
  })
})

describe('issuing a UCI', () => {
  it('gives a readable one for any random bytes, reserved only when asked', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat({ max: 255 })), fc.boolean(), (stream, reserved) => {
        const uci = drawUci((length) => Uint8Array.from(stream.take(length)), { reserved })
        expect(readUci(uci, open)).toEqual({ ok: true, uci })
        expect(uci.startsWith('99')).toBe(reserved)
        expect(uci.slice(0, 8)).toMatch(/[A-Z]/)
      }),
    )
  })

  it('passes over bytes of 232 and more, so every symbol is equally likely', () => {
    const bytes = [255, 232, ...valuesOf('YZXT'), 231, 58]
    const uci = drawUci((length) => Uint8Array.from(bytes.splice(0, length)), { reserved: true })
    expect(uci.slice(0, 8)).toBe('99YZXTZ0')
  })

  it('draws again for a payload without a letter and, in production, for a reserved one', () => {
    const bytes = [...[0, 1, 2, 3, 4, 5, 6, 7], ...[9, 9, 18, 16, 27, 28, 26, 23], ...[1, 2, 3, 4, 5, 6, 7, 10]]
    const uci = drawUci((length) => Uint8Array.from(bytes.splice(0, length)), { reserved: false })
    expect(uci.slice(0, 8)).toBe('1234567B')
  })
})
