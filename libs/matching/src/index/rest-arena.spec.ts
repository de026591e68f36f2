import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { RestArena } from './rest-arena.js'

const row = fc.oneof(fc.nat(40), fc.nat(24_000_000))
const command = fc.oneof(
  { weight: 3, arbitrary: fc.record({ row, text: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ row, text: fc.constant('') }) },
)

describe('texts by row', () => {
  it('are those that were written last, and none where they were taken away', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 200 }), (commands) => {
        const arena = new RestArena()
        const plain = new Map<number, string>()
        for (const { row: at, text } of commands) {
          if (text === '') arena.delete(at)
          else arena.set(at, text)
          plain.set(at, text)
        }
        for (const [at, text] of plain) expect(arena.get(at)).toBe(text)
      }),
      { numRuns: 50 },
    )
  })

  it('stay what they are when the room of others is won back', () => {
    const arena = new RestArena()
    const text = (at: number): string => `${String(at)} ${'é'.repeat(20_000 + (at % 7))}`
    for (let at = 0; at < 600; at += 1) arena.set(at * 1000, text(at))
    const before = arena.bytes
    for (let at = 0; at < 600; at += 1) if (at % 4 !== 0) arena.delete(at * 1000)
    for (let at = 0; at < 600; at += 4) expect(arena.get(at * 1000)).toBe(text(at))
    expect(arena.bytes).toBeLessThan(before)
  })
})
