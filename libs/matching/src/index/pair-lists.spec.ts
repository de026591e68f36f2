import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { PairLists } from './pair-lists.js'

const stepOf = (step: 'add' | 'remove' | 'clear') =>
  fc.record({ step: fc.constant(step), list: fc.nat(5), row: fc.nat(1000) })
const command = fc.oneof(
  { weight: 20, arbitrary: stepOf('add') },
  { weight: 8, arbitrary: stepOf('remove') },
  { weight: 1, arbitrary: stepOf('clear') },
)
const inOrder = (pairs: Iterable<readonly [number, number]>) => [...pairs].sort(([one], [two]) => one - two)
const pairsIn = (words: Uint32Array) =>
  Array.from({ length: words.length / 2 }, (_, at) => [words[at * 2] ?? -1, words[at * 2 + 1] ?? -1] as const)

describe('lists of pairs', () => {
  it('hold what was added and not taken out, whatever other lists do', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 600, size: 'max' }), (commands) => {
        const lists = new PairLists()
        const held = Array.from({ length: 6 }, () => new Map<number, number>())
        const steps = {
          add: (list: number, row: number, at: number) => {
            if (held[list]?.has(row) === true) return
            lists.push(list, row, at)
            held[list]?.set(row, at)
          },
          remove: (list: number, row: number) => {
            lists.remove(list, row)
            held[list]?.delete(row)
          },
          clear: (list: number) => {
            lists.clear(list)
            held[list]?.clear()
          },
        }
        for (const [at, { step, list, row }] of commands.entries()) steps[step](list, row, at)
        for (const [list, pairs] of held.entries())
          expect(inOrder(pairsIn(lists.pairsOf(list)))).toEqual(inOrder(pairs))
      }),
      { numRuns: 60 },
    )
  })

  it('hold as much as a page and more', () => {
    const lists = new PairLists()
    for (let at = 0; at < 3000; at += 1) for (let list = 0; list < 30; list += 1) lists.push(list, at, list)
    for (let list = 0; list < 30; list += 1)
      expect(pairsIn(lists.pairsOf(list))).toEqual(Array.from({ length: 3000 }, (_, at) => [at, list]))
  })
})
