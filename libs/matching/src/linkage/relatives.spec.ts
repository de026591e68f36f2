import { describe, expect, it } from '@jest/globals'
import { comparisonsOf } from './comparisons.js'
import { PairStore } from './pair-store.js'
import { columnOf } from './records.js'
import { guessedShares } from './relatives.js'

/** The guess of a number, each of which two records have: those of one person, or of two who live together. */
function guessOfNumber(givenOf: (record: number) => string): number | undefined {
  const records = Array.from({ length: 120 }, (_, record) => record)
  const column = (textOf: (record: number) => string) => columnOf(records.map(textOf))
  const comparisons = comparisonsOf({
    count: records.length,
    ids: records.map(String),
    fields: [
      { kind: 'name', given: [column(givenOf)], surname: [column((record) => `fern${record >> 1}`)], other: [] },
      { kind: 'identifier', label: 'number', column: column((record) => String(1000 + (record >> 1))) },
    ],
  })
  const firsts = records.filter((record) => record % 2 === 0)
  const pairs = PairStore.of(
    comparisons,
    Int32Array.from(firsts),
    Int32Array.from(firsts, (record) => record + 1),
  )
  firsts.forEach((record, pair) => {
    comparisons.forEach(({ compare }, which) => {
      const levels = pairs.levels[which]
      if (levels) levels[pair] = compare(record, record + 1) & 63
    })
  })
  const which = comparisons.findIndex(({ label }) => label === 'number')
  return guessedShares(pairs)[which]
}

describe('how often relatives are guessed to have a number in common', () => {
  it('is hardly ever where those who share one are named alike, as of a number that names a person', () => {
    expect(guessOfNumber((record) => ['amina', 'brian'][(record >> 1) % 2] ?? '')).toBeLessThan(0.01)
  })

  it('is every second time where those who share one have other names, as of a house number', () => {
    expect(guessOfNumber((record) => ['amina', 'brian'][record % 2] ?? '')).toBe(0.5)
  })
})
