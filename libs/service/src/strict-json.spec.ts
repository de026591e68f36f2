import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { strictJson } from './strict-json.js'

const spelt = (text: string) =>
  text.replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
const read = (text: string) => strictJson(Buffer.from(text))

describe('strict JSON', () => {
  it('reads what JSON.parse reads, whatever stands in texts', () => {
    fc.assert(
      fc.property(fc.json({ depthSize: 'medium' }), (text) => {
        if (/__proto__|constructor|prototype/.test(text) || /\p{Surrogate}/u.test(spelt(text))) return
        expect(read(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('reads keys and braces inside texts as text', () => {
    const odd = { 'a"b': '{"a":1,"a":2}', 'a\\': ['"', '\\', '}{', '"a":'], é: 'x:y' }
    expect(read(JSON.stringify(odd))).toEqual(odd)
    expect(read('{ "a" : {"a":1} , "b" : [{"a":1},{"a":2}] }')).toEqual({ a: { a: 1 }, b: [{ a: 1 }, { a: 2 }] })
  })

  it('reads a character written in two halves, and a backslash before what looks like one', () => {
    expect(read(String.raw`["\ud83d\ude00","\\ud83d"]`)).toEqual(['\u{1f600}', String.raw`\ud83d`])
  })

  it('refuses a repeated key wherever it is planted, however it is spelled', () => {
    const path = fc.array(fc.constantFrom('object', 'list'), { maxLength: 8 })
    fc.assert(
      fc.property(
        path,
        fc.constantFrom('"k"', String.raw`"\u006b"`),
        fc.constantFrom('', ' \n\t'),
        (nesting, key, blank) => {
          const inner = `{"k":1,${key}${blank}:2}`
          const text = nesting.reduce(
            (within, kind) => (kind === 'object' ? `{"x":${within},"y":{}}` : `[0,${within}]`),
            inner,
          )
          expect(() => read(text)).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
        },
      ),
    )
  })

  it.each([
    ['a key that reaches a prototype', '{"a":{"__proto__":{}}}'],
    ['the same, escaped', String.raw`{"\u005f_proto__":{}}`],
    ['a constructor', '{"constructor":{}}'],
    ['nesting below 64', '['.repeat(65) + '{}' + ']'.repeat(65)],
    ['lists below 64', '['.repeat(5_000) + String.raw`"\ud800"` + ']'.repeat(5_000)],
    ['a byte order mark', '\ufeff{}'],
    ['nothing', ''],
    ['half a text', '{"a":"'],
    ['two values', '{}{}'],
    ['a comment', '{}//'],
    ['NaN', '{"a":NaN}'],
    ['a number that is no double', '{"a":[1e400]}'],
    ['half a character', String.raw`{"a":["x\ud83d"]}`],
    ['half a character in a key', String.raw`{"\uDE00":1}`],
    ['a very long one', `{"a":-${'9'.repeat(310)}}`],
  ])('refuses %s', (_, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
  })

  it('refuses what is not UTF-8', () => {
    for (const bytes of [
      [0x22, 0xff, 0x22],
      [0x22, 0xc0, 0xaf, 0x22],
      [0x22, 0xed, 0xa0, 0x80, 0x22],
    ]) {
      expect(() => strictJson(Buffer.from(bytes))).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
    }
  })
})
