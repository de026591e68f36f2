import { describe, expect, it } from '@jest/globals'
import { CopiesInHand } from './copies-in-hand.js'

describe('copies in hand', () => {
  it('are found by their recipients until they have left', () => {
    const inHand = new CopiesInHand(() => 1)
    inHand.add('d1', 'school', 'one')
    inHand.add('d2', 'trust', 'two')
    inHand.add('d3', 'school', 'three')
    expect([...inHand.for(new Set(['school']))].sort()).toEqual([
      ['d1', 'one'],
      ['d3', 'three'],
    ])
    inHand.drop(['d1', 'unknown'])
    expect([...inHand.for(new Set(['school', 'trust'])).keys()].sort()).toEqual(['d2', 'd3'])
  })

  it('are kept for seconds only, and within a bound', () => {
    let nowMs = 1
    const inHand = new CopiesInHand(() => nowMs)
    inHand.add('d1', 'school', 'one')
    nowMs += 10_001
    expect(inHand.for(new Set(['school'])).size).toBe(0)

    const large = 'x'.repeat(1024 * 1024)
    for (let n = 0; n < 20; n++) inHand.add(`large ${n}`, 'school', large)
    expect(inHand.for(new Set(['school'])).size).toBeLessThanOrEqual(16)
  })
})
