import { describe, expect, it } from '@jest/globals'
import { AwaitingSources } from './awaiting-sources.js'

describe('the sources whose events wait', () => {
  it('keep one of which an event was written while the database was asked, and let go of those that it has no more', async () => {
    const sources = new AwaitingSources()
    await sources.refresh(() => Promise.resolve(['larkhill-primary']))
    sources.begin('vale-police')
    await sources.refresh(() => {
      sources.settle('vale-police', true)
      return Promise.resolve([])
    })
    expect([sources.has('vale-police'), sources.has('larkhill-primary')]).toEqual([true, false])
    await sources.refresh(() => Promise.resolve([]))
    expect(sources.has('vale-police')).toBe(false)
  })
})
