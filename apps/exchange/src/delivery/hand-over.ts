import type { Sql } from '#libs/postgres'
import type { JustRouted } from '../routing/just-routed.js'
import type { AnswerFeeds, Asked, PreparedPage } from './answer-feeds.js'
import type { FeedPage } from './feed-page.js'
import type { FeedWaiters } from './feed-waiters.js'

interface Made {
  readonly asked: readonly Asked[]
  readonly prepared: readonly PreparedPage[]
}

/**
 * Hands copies over in the transaction that numbers them, to those who wait at the end of their line: their pages are checked,
 * and the disclosures recorded, as for any other answer, and need no transaction of their own.
 *
 * Nobody is promised anything: a client that has left by the commit finds the slots when it asks again. One transaction at
 * a time.
 */
export class HandOver {
  private made: Made | undefined

  constructor(
    private readonly parts: {
      readonly waiters: Pick<FeedWaiters, 'waitingOn' | 'nudge'>
      readonly feeds: Pick<AnswerFeeds, 'prepare' | 'committed'>
    },
  ) {}

  /** After a transaction that did not commit the next leaves the feeds alone: what is wrong with one of them stops no routing. */
  async prepare(tx: Sql, routed: JustRouted): Promise<void> {
    const hasFailed = this.made !== undefined
    this.made = undefined
    if (hasFailed) return
    const asked = this.parts.waiters.waitingOn(routed.numbered.keys())
    if (asked.length === 0) return
    this.made = { asked, prepared: [] }
    this.made = { asked, prepared: await this.parts.feeds.prepare(tx, asked, routed) }
  }

  /** To be called once it has committed, with the lines that have something new. */
  committed(lines: Iterable<string>): void {
    const { asked, prepared } = this.made ?? { asked: [], prepared: [] }
    this.made = undefined
    const pages = this.parts.feeds.committed(prepared)
    this.parts.waiters.nudge(lines, told(asked, pages))
  }
}

/** A page without slots tells nothing: whoever was to have it is behind, and looks for itself. */
function told(asked: readonly Asked[], pages: readonly FeedPage[]): ReadonlyMap<Asked, FeedPage> {
  const all = asked.flatMap((one, n) => {
    const page = pages[n]
    return page && page.events.length > 0 ? [[one, page] as const] : []
  })
  return new Map(all)
}
