import { describe, expect, it } from '@jest/globals'
import { columnsOfWholeNames } from './whole-name.js'

function partsOf(name: string): readonly (string | undefined)[] {
  const { given, surname, other } = columnsOfWholeNames({ values: [name], at: Int32Array.of(0) })
  return [given, surname, other].map(({ values, at }) => values[at[0] ?? -1])
}

describe('a column of whole names', () => {
  it.each([
    ['Frank Edward Brightman', ['Frank', 'Brightman', 'Edward']],
    ['Brightman, Frank Edward', ['Frank', 'Brightman', 'Edward']],
    ['de la Cruz, Ana', ['Ana', 'de la Cruz', undefined]],
    ['Ana  Cruz', ['Ana', 'Cruz', undefined]],
    ['Ana', ['Ana', undefined, undefined]],
    ['Cruz,', ['Cruz', undefined, undefined]],
    [', Ana', ['Ana', undefined, undefined]],
  ])('%j is taken apart', (name, parts) => {
    expect(partsOf(name)).toEqual(parts)
  })

  it('a missing name stays missing', () => {
    const { given, surname, other } = columnsOfWholeNames({ values: ['Ana Cruz'], at: Int32Array.of(-1, 0) })
    expect([given, surname, other].map(({ at }) => [...at])).toEqual([
      [-1, 0],
      [-1, 0],
      [-1, -1],
    ])
  })
})
