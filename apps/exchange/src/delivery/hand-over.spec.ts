import { describe, expect, it } from '@jest/globals'
import type { Sql } from '#libs/postgres'
import type { JustRouted } from '../routing/just-routed.js'
import type { Asked, PreparedPage } from './answer-feeds.js'
import type { FeedPage } from './feed-page.js'
import { HandOver } from './hand-over.js'

const tx = {} as Sql
const routed: JustRouted = {
  numbered: new Map([['school', 1]]),
  known: { at: { nowMs: 0, hubNowMs: 0 }, of: new Map() },
}
const school = { caller: { agencyId: 'school' } } as unknown as Asked
const state = { head: 1n, sent: 0n, acknowledged: 0n, epoch: 1 }

/** One school that waits; what it is told is kept. */
function handOverTo(pageFor: () => Promise<readonly PreparedPage[]>, events: readonly object[] = [{ number: 1 }]) {
  const told: (FeedPage | undefined)[] = []
  let prepared = 0
  const handOver = new HandOver({
    waiters: {
      waitingOn: () => [school],
      nudge: (_, pages) => {
        told.push(pages?.get(school))
      },
    },
    feeds: {
      prepare: () => {
        prepared += 1
        return pageFor()
      },
      committed: (pages) => pages.map(() => ({ events, state })),
    },
  })
  return { handOver, told, prepared: () => prepared }
}

const onePage = () => Promise.resolve([{ state, checked: [] }])

describe('the handing over of copies', () => {
  it('tells a page after the commit, once', async () => {
    const { handOver, told } = handOverTo(onePage)
    await handOver.prepare(tx, routed)
    expect(told).toEqual([])
    handOver.committed(['school'])
    handOver.committed(['school'])
    expect(told).toEqual([{ events: [{ number: 1 }], state }, undefined])
  })

  it('leaves whoever is behind the end of the line to look', async () => {
    const { handOver, told } = handOverTo(onePage, [])
    await handOver.prepare(tx, routed)
    handOver.committed(['school'])
    expect(told).toEqual([undefined])
  })

  it('is left out by the transaction after one that failed, so that no feed can stop the routing', async () => {
    const { handOver, told, prepared } = handOverTo(() => Promise.reject(new Error('the feed is broken')))
    await expect(handOver.prepare(tx, routed)).rejects.toThrow('the feed is broken')
    await handOver.prepare(tx, routed)
    expect(prepared()).toBe(1)
    handOver.committed(['school'])
    expect(told).toEqual([undefined])
    await expect(handOver.prepare(tx, routed)).rejects.toThrow('the feed is broken')
  })
})
