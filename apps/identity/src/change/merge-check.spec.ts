import { describe, expect, it } from '@jest/globals'
import { MergeCheck, type MergeCheckParts } from './merge-check.js'

describe('the merge check', () => {
  it('looks at the others where one child cannot be looked at, which then waits behind them, and says what it failed by', async () => {
    const [done, postponed]: [string[], string[]] = [[], []]
    const parts = {
      index: { requireReady: () => undefined },
      changes: {
        states: ([id]: readonly string[]) =>
          id === 'broken' ? Promise.reject(new Error('no key opens it')) : Promise.resolve([]),
      },
      checks: {
        due: () => Promise.resolve(['broken', 'whole'].map((childId) => ({ childId, profileIds: [] }))),
        done: (due: readonly { childId: string }[]) => Promise.resolve(done.push(...due.map(({ childId }) => childId))),
        postpone: ({ childId }: { childId: string }) => Promise.resolve(postponed.push(childId)),
      },
    } as unknown as MergeCheckParts
    await expect(new MergeCheck(parts).run()).rejects.toThrow('no key opens it')
    expect({ done, postponed }).toEqual({ done: ['whole'], postponed: ['broken'] })
  })
})
