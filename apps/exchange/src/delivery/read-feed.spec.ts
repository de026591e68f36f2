import { describe, expect, it } from '@jest/globals'
import type { Caller } from '#libs/security'
import type { Asked } from './answer-feeds.js'
import type { FeedPage } from './feed-page.js'
import type { FeedState } from './feed.repository.js'
import { FeedWaiters } from './feed-waiters.js'
import { ReadFeed } from './read-feed.js'

/** One feed whose line grows when told; `looks` counts how often its state was asked for. */
class Line {
  head = 0n
  looks = 0
  readonly waiters = new FeedWaiters(() => Promise.resolve(new Map()))
  readonly feed: ReadFeed
  /** Runs after a page was read and before it is told. */
  meanwhile: () => void = () => undefined

  constructor() {
    const state = () => {
      this.looks++
      return Promise.resolve(this.state())
    }
    const answer = (asked: Asked) => Promise.resolve(this.page(asked))
    this.feed = new ReadFeed({ feeds: { state }, waiters: this.waiters, answers: { soon: answer, alone: answer } })
  }

  grow(): void {
    this.head++
    this.waiters.nudge(['school'])
  }

  read(after: bigint, waitMs: number, gone = new AbortController().signal): Promise<FeedPage> {
    const caller = { agencyId: 'school' } as Caller
    return this.feed.read({ caller, after, limit: 100, waitMs, gone })
  }

  private state(): FeedState {
    return { head: this.head, sent: 0n, acknowledged: 0n, epoch: 1 }
  }

  private page({ after }: Asked): FeedPage {
    const events = Array.from({ length: Number(this.head - after) }, (_, n) => ({ number: Number(after) + n + 1 }))
    const page = { events, state: this.state() }
    this.meanwhile()
    return page
  }
}

describe('a feed that is read', () => {
  it('is answered at once with what there is, and empty where nothing comes in time', async () => {
    const line = new Line()
    line.grow()
    expect((await line.read(0n, 0)).events).toEqual([{ number: 1 }])
    expect(await line.read(1n, 5)).toMatchObject({ events: [], state: { head: 1n } })
  })

  it('is not looked at again while a client has all of it, and wakes at news', async () => {
    const line = new Line()
    line.grow()
    await line.read(0n, 1000)
    const reading = line.read(1n, 60_000)
    line.grow()
    expect((await reading).events).toEqual([{ number: 2 }])
    expect(line.looks).toBe(1)
  })

  it('does not miss what is numbered between the reading of its page and the next question', async () => {
    const line = new Line()
    line.grow()
    line.meanwhile = () => {
      line.meanwhile = () => undefined
      line.grow()
    }
    expect((await line.read(0n, 60_000)).events).toEqual([{ number: 1 }])
    expect((await line.read(1n, 60_000)).events).toEqual([{ number: 2 }])
  })

  it('is answered with the page that came with the news, which is not looked for again', async () => {
    const line = new Line()
    const reading = line.read(0n, 60_000)
    await new Promise((resolve) => setTimeout(resolve, 5))
    const [asked] = line.waiters.waitingOn(['school'])
    line.head++
    const page = { events: [{ number: 'given' }], state: { head: 1n, sent: 1n, acknowledged: 0n, epoch: 1 } }
    line.waiters.nudge(['school'], new Map(asked && [[asked, page]]))
    expect(await reading).toBe(page)
    const looks = line.looks
    expect((await line.read(1n, 5)).events).toEqual([])
    expect(line.looks).toBe(looks + 1) // as its time was over
    expect(line.waiters.waitingOn(['school'])).toEqual([])
  })

  it('tells nothing to a client that has gone', async () => {
    const line = new Line()
    line.grow()
    const gone = AbortSignal.abort()
    expect((await line.read(0n, 1000, gone)).events).toEqual([])
  })

  it('lets all go when the program stops', async () => {
    const line = new Line()
    const reading = line.read(0n, 60_000)
    await Promise.resolve()
    line.waiters.onModuleDestroy()
    expect((await reading).events).toEqual([])
  })
})
