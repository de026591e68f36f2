import { describe, expect, it } from '@jest/globals'
import { seeded } from './statistics.js'
import { combined, twoSidedAuc, type Seen } from './tell-apart.js'

const random = seeded(1)
const answers = (earlier: number): readonly Seen[] =>
  Array.from({ length: 4_000 }, (_, n) => {
    const isHidden = n % 2 === 0
    return { isHidden, features: { size: 512, ms: 5 + random() + random() - (isHidden ? earlier : 0) } }
  })
const valuesOf = (seen: readonly Seen[], name: string) =>
  seen.map(({ isHidden, features }) => ({ isHidden, value: features[name] ?? 0 }))

describe('telling two kinds of answers apart', () => {
  it('cannot be done where nothing differs, one feature at a time or all together', () => {
    const seen = answers(0)
    expect(twoSidedAuc(valuesOf(seen, 'size'))).toBe(0.5)
    expect(twoSidedAuc(valuesOf(seen, 'ms'))).toBeLessThan(0.53)
    expect(twoSidedAuc(combined(seen))).toBeLessThan(0.53)
  })

  it('is seen where one kind returns early, whichever way it tells', () => {
    for (const earlier of [0.5, -0.5]) {
      const seen = answers(earlier)
      expect(twoSidedAuc(valuesOf(seen, 'ms'))).toBeGreaterThan(0.7)
      expect(twoSidedAuc(combined(seen))).toBeGreaterThan(0.7)
    }
  })
})
