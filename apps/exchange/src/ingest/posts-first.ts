import { setTimeout as sleep } from 'node:timers/promises'

/**
 * So many events in hand, in the mean of about a second, say that posts press: at 200 a second it is what an answer in 50 ms
 * comes to. A mean, since a short pause of this program is followed by a heap of posts that is gone as soon as it is seen.
 */
const many = 10
const meanOverMs = 1_000
/** One batch brings hundreds at once and is one client's; it counts as a few. */
const mostCounted = 32
const lookEveryMs = 10
/** What goes on while posts press goes on together: a batch costs its round trips, in every program, whatever its size. */
const eventsPaceMs = 250
/** Nobody waits for a record of an access, though it is to stand in the log soon. */
const recordsPaceMs = 1_000
/** So long nothing waits after an urgent event, so that it goes on with all that stands before it. */
const hastenedMs = 2_000

/**
 * Lets what an event causes share the machine with posts: an answer is awaited by a client, and what is accepted is durable
 * and cannot get lost by waiting.
 *
 * Guarantees: while posts do not press, nobody waits. While they press, all that was accepted goes on, in fewer and larger
 * steps: events four times a second, records of accesses every second. That holds however long they press. An urgent event
 * goes on at once, with all that stands before it.
 */
export class PostsFirst {
  private inHand = 0
  private mean = 0
  private meanAtMs: number
  private hastenedUntilMs = -Infinity

  /**
   * @param steadyMs - milliseconds that never step
   * @param pause - waits so many of them
   */
  constructor(
    private readonly steadyMs: () => number = () => performance.now(),
    private readonly pause: (ms: number) => Promise<unknown> = (ms) => sleep(ms),
  ) {
    this.meanAtMs = steadyMs()
  }

  /** Whether what posts cause is to share with them now. */
  isPressing(): boolean {
    const nowMs = this.note()
    return this.mean >= many && nowMs >= this.hastenedUntilMs
  }

  /** An urgent event was accepted. */
  hasten(): void {
    this.hastenedUntilMs = this.steadyMs() + hastenedMs
  }

  /** Counts events as in hand while they are taken in. */
  async taking<T>(events: number, work: () => Promise<T>): Promise<T> {
    this.note()
    this.inHand += events
    try {
      return await work()
    } finally {
      this.note()
      this.inHand -= events
    }
  }

  /**
   * A relay's pace, to be asked before each take; it resolves when rows may be taken.
   *
   * @param isLog - it carries records of the access log, for which nobody waits
   */
  pace(isLog = false): () => Promise<void> {
    let takenAtMs = -Infinity
    return async () => {
      await this.whilePressing(takenAtMs + (isLog ? recordsPaceMs : eventsPaceMs))
      takenAtMs = this.steadyMs()
    }
  }

  private async whilePressing(untilMs: number): Promise<void> {
    while (this.isPressing() && this.steadyMs() < untilMs) await this.pause(lookEveryMs)
  }

  /** Brings the mean up to now, of what was in hand since it was noted last. @returns now */
  private note(): number {
    const nowMs = this.steadyMs()
    const kept = Math.exp((this.meanAtMs - nowMs) / meanOverMs)
    this.mean = this.mean * kept + Math.min(mostCounted, this.inHand) * (1 - kept)
    this.meanAtMs = nowMs
    return nowMs
  }
}
