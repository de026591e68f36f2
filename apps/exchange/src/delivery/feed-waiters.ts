import type { OnModuleDestroy } from '@nestjs/common'
import type { Asked } from './answer-feeds.js'
import type { FeedPage, FeedQuestion } from './feed-page.js'
import { ownLine } from './line.js'

interface Waiter {
  /** Wakes when the recipient's line is beyond its number. */
  readonly asked: Asked
  readonly wake: (heard: Heard) => void
}

/** Whether there may be something new; or the page itself, where whoever numbered its slots made it too. */
export type Heard = boolean | FeedPage

const pollMs = 250
const waitsAtMost = 2

/**
 * Those who wait for something new in a feed. They wake when this program numbers a slot, and by one look at the database
 * for all of them four times a second, for what another program numbered.
 */
export class FeedWaiters implements OnModuleDestroy {
  private readonly waiting = new Map<string, Set<Waiter>>()
  private readonly waits = new Map<string, number>()
  private readonly news = new Map<string, number>()
  private polling: NodeJS.Timeout | undefined
  private isStopped = false

  /** @param heads - the last number of each of these recipients' lines */
  constructor(private readonly heads: (recipients: readonly string[]) => Promise<ReadonlyMap<string, bigint>>) {}

  /** Takes one of a client's two places to wait, or says that there is none; to be given back. */
  enter(clientId: string): (() => void) | undefined {
    const taken = this.waits.get(clientId) ?? 0
    if (taken >= waitsAtMost) return undefined
    this.waits.set(clientId, taken + 1)
    return () => {
      const left = (this.waits.get(clientId) ?? 1) - 1
      if (left === 0) this.waits.delete(clientId)
      else this.waits.set(clientId, left)
    }
  }

  /**
   * Waits for something beyond what was asked after, until the time is over or the caller has gone.
   */
  wait(asked: Asked & Pick<FeedQuestion, 'gone'>, ms: number): Promise<Heard> {
    const recipient = ownLine(asked.caller)
    const { gone } = asked
    if (this.isStopped || gone.aborted || ms <= 0) return Promise.resolve(false)
    return new Promise((resolve) => {
      const leave = () => {
        waiter.wake(false)
      }
      const timer = setTimeout(leave, ms)
      const waiter: Waiter = {
        asked,
        wake: (heard) => {
          clearTimeout(timer)
          gone.removeEventListener('abort', leave)
          this.waiting.get(recipient)?.delete(waiter)
          resolve(heard)
        },
      }
      gone.addEventListener('abort', leave)
      this.waiting.set(recipient, (this.waiting.get(recipient) ?? new Set()).add(waiter))
      this.keepPolling()
    })
  }

  /** Who waits on each of these lines, of several the first. */
  waitingOn(recipients: Iterable<string>): readonly Asked[] {
    return [...recipients].flatMap((recipient) => {
      const [first] = this.waiting.get(recipient) ?? []
      return first ? [first.asked] : []
    })
  }

  /**
   * These feeds have something new, committed already.
   *
   * @param pages - for those of {@link waitingOn} that wait still
   */
  nudge(recipients: Iterable<string>, pages: ReadonlyMap<Asked, FeedPage> = new Map()): void {
    for (const recipient of recipients) {
      this.news.set(recipient, this.newsOf(recipient) + 1)
      for (const { asked, wake } of [...(this.waiting.get(recipient) ?? [])]) wake(pages.get(asked) ?? true)
    }
  }

  /** How often this program had news of a feed: while it stays the same, so does the feed, as far as this program numbers it. */
  newsOf(recipient: string): number {
    return this.news.get(recipient) ?? 0
  }

  /** Whether answers must be given now, since the program stops. */
  get isEnding(): boolean {
    return this.isStopped
  }

  onModuleDestroy(): void {
    this.isStopped = true
    clearTimeout(this.polling)
    for (const waiters of this.waiting.values()) for (const { wake } of [...waiters]) wake(false)
  }

  private keepPolling(): void {
    if (this.polling || this.isStopped) return
    this.polling = setTimeout(() => {
      this.polling = undefined
      void this.look()
    }, pollMs)
  }

  private async look(): Promise<void> {
    for (const [recipient, waiters] of this.waiting) if (waiters.size === 0) this.waiting.delete(recipient)
    if (this.waiting.size === 0) return
    try {
      this.wakeBehind(await this.heads([...this.waiting.keys()]))
    } catch {
      // The database is away: waiters wait on, and whoever asks it next is told so.
    }
    this.keepPolling()
  }

  private wakeBehind(heads: ReadonlyMap<string, bigint>): void {
    for (const [recipient, head] of heads) {
      const behind = [...(this.waiting.get(recipient) ?? [])].filter(({ asked }) => head > asked.after)
      for (const { wake } of behind) wake(true)
    }
  }
}
