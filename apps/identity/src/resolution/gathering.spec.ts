import { describe, expect, it } from '@jest/globals'
import { Gathering, type Ended } from './gathering.js'

/** Work that ends when the test says so. */
function held(limits: { atOnce: number; most: number }) {
  const groups: { readonly items: readonly number[]; readonly end: () => void }[] = []
  const gathering = new Gathering<number, number>(async (items) => {
    await new Promise<void>((end) => groups.push({ items, end }))
    if (items.includes(13)) throw new Error('a bad day')
    return items.map((n): Ended<number> => (n < 0 ? { error: new Error('below nothing') } : { value: n * 2 }))
  }, limits)
  /** Ends a group, once it has begun. */
  const end = async (nth: number) => {
    while (!groups[nth]) await aTurn()
    groups[nth].end()
  }
  return { gathering, groups, end }
}

const aTurn = () => new Promise((resolve) => setImmediate(resolve))

describe('a gathering', () => {
  it('does together what came in while earlier work was under way, in order', async () => {
    const { gathering, groups, end } = held({ atOnce: 1, most: 3 })
    const first = gathering.add(1)
    while (groups.length === 0) await aTurn()
    const rest = Promise.all([2, 3, 4, 5].map((n) => gathering.add(n)))
    await aTurn()
    expect(groups.map(({ items }) => items)).toEqual([[1]])
    for (const nth of [0, 1, 2]) await end(nth)
    expect([await first, ...(await rest)]).toEqual([2, 4, 6, 8, 10])
    expect(groups.map(({ items }) => items)).toEqual([[1], [2, 3, 4], [5]])
  })

  it('ends one piece badly and the others of its group well, unless the group itself fails', async () => {
    const { gathering, end } = held({ atOnce: 2, most: 10 })
    const mixed = Promise.allSettled([gathering.add(7), gathering.add(-1)])
    await end(0)
    expect((await mixed).map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    const failed = Promise.allSettled([gathering.add(13), gathering.add(8)])
    await end(1)
    expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    const after = gathering.add(9)
    await end(2)
    expect(await after).toBe(18)
  })
})
