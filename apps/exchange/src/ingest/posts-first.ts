import { setTimeout as sleep } from 'node:timers/promises'

/** Fewer events than this in hand leave time for all else: at 200 a second, each answered in 20 ms, it is four. */
const few = 12
const longestMs = 2_000
const lookEveryMs = 5
/** Of five parts of the time, what an event causes has one while posts press. */
const partsForPosts = 4

/**
 * Lets what an event causes (relay, routing) give way to posts: an answer is awaited by a client, and what is accepted is
 * durable and cannot get lost by waiting.
 *
 * Guarantees: with few events in hand nobody waits; otherwise a worker still has a fifth of the time, and never waits for
 * longer than two seconds at once, so posts can delay what they cause, and not keep it from being done.
 */
export class PostsFirst {
  private inHand = 0

  /**
   * @param steadyMs - milliseconds that never step
   * @param pause - waits so many of them
   */
  constructor(
    private readonly steadyMs: () => number = () => performance.now(),
    private readonly pause: (ms: number) => Promise<unknown> = (ms) => sleep(ms),
  ) {}

  /** Whether events press that came in and are not answered. */
  isPressing(): boolean {
    return this.inHand >= few
  }

  /** Counts events as in hand while they are taken in. */
  async taking<T>(events: number, work: () => Promise<T>): Promise<T> {
    this.inHand += events
    try {
      return await work()
    } finally {
      this.inHand -= events
    }
  }

  /**
   * A worker's turnstile, to be asked before each piece of work. It opens at once while posts do not press, and otherwise
   * after four times as long as the worker has been at it, or when the posts are answered. Those who ask together wait together.
   */
  turnstile(): () => Promise<void> {
    let waiting: Promise<void> | undefined
    let openedMs = this.steadyMs()
    const open = () => {
      openedMs = this.steadyMs()
      waiting = undefined
    }
    return async () => {
      if (!waiting && this.isPressing()) waiting = this.untilFew(this.steadyMs() - openedMs).then(open)
      if (!waiting) open()
      await waiting
    }
  }

  private async untilFew(workedMs: number): Promise<void> {
    const latestMs = this.steadyMs() + Math.min(longestMs, partsForPosts * workedMs)
    while (this.isPressing() && this.steadyMs() < latestMs) await this.pause(lookEveryMs)
  }
}
