import { describe, expect, it } from '@jest/globals'
import type { EntryReaders } from './entry-readers.js'
import { IndexKeeper } from './index-keeper.js'
import type { IndexRepository } from './index.repository.js'
import type { MemoryIndex } from './live-index.js'

const aTurn = () => new Promise((resolve) => setImmediate(resolve))

describe('an index that catches up', () => {
  it('has what was committed before it was asked, though it was reading already', async () => {
    const reads: ((changes: readonly object[]) => void)[] = []
    const entries = { changesAfter: () => new Promise((read) => reads.push(read)) } as unknown as IndexRepository
    const index = { whenLearned: () => undefined } as unknown as MemoryIndex
    const keeper = new IndexKeeper(index, entries, {} as EntryReaders)
    const ended: string[] = []
    void keeper.catchUp().then(() => ended.push('first'))
    void keeper.catchUp().then(() => ended.push('second'))
    await aTurn()
    reads[0]?.([])
    await aTurn()
    expect([ended, reads.length]).toEqual([['first'], 2])
    reads[1]?.([])
    await aTurn()
    expect(ended).toEqual(['first', 'second'])
  })
})
