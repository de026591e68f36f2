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
/** Of five parts of the time, what an event causes has one while posts press. */
const partsForPosts = 4
const longestRestMs = 2_000
/** What goes on while posts press goes on together: a batch costs its round trips, in every program, whatever its size. */
const eventsPaceMs = 2_000
/** Records of accesses are to stand in the log soon. */
const recordsPaceMs = 1_000
const fewestRows = 20
/** Nothing is held back for longer: what posts cause has all the time it needs from then on, until posts have been calm. */
const heldAtMostMs = 10_000
/** Posts that press again sooner are no new burst, but a load about as large as the machine can bear. */
const calmMs = 30_000
/** So long nothing is held back after an urgent event, so that it goes on with all that stands before it. */
const hastenedMs = 2_000

/**
 * Lets what an event causes (relay, routing) give way to posts: an answer is awaited by a client, and what is accepted is
 * durable and cannot get lost by waiting.
 *
 * Guarantees: while posts do not press, nobody waits. While they press, a worker has a fifth of the time, and of five events
 * that are accepted one goes on to all who read them, every two seconds; records of accesses all go on, every second. Ten seconds
 * after the pressure began nobody waits any more, however long it lasts and however often it comes back, until posts have not
 * pressed for half a minute. An urgent event lets go at once what was held back.
 */
export class PostsFirst {
  private inHand = 0
  private mean = 0
  private meanAtMs: number
  private burstFromMs = -Infinity
  private calmFromMs = -Infinity
  private accepted = 0
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

  /** Whether what posts cause is to give way now. */
  isPressing(): boolean {
    const nowMs = this.note()
    if (this.mean < many || nowMs < this.hastenedUntilMs) return false
    return nowMs - this.burstFromMs < heldAtMostMs
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
      this.accepted += events
    }
  }

  /**
   * A worker's turnstile, to be asked before each piece of work. It opens at once while posts do not press, and otherwise
   * after four times as long as the worker has been at it, or when they press no more. Those who ask together wait together.
   */
  turnstile(): () => Promise<void> {
    let waiting: Promise<void> | undefined
    let openedMs = this.steadyMs()
    const open = () => {
      openedMs = this.steadyMs()
      waiting = undefined
    }
    return async () => {
      if (!waiting && this.isPressing()) {
        const restMs = Math.min(longestRestMs, partsForPosts * (this.steadyMs() - openedMs))
        waiting = this.whilePressing(this.steadyMs() + restMs).then(open)
      }
      if (!waiting) open()
      await waiting
    }
  }

  /**
   * A relay's pace, to be asked before each take: how many rows it may take now, once it may take any.
   *
   * @param isLog - it carries records of the access log, which is to hold them soon: they wait for company, and no longer
   */
  pace(isLog = false): () => Promise<number> {
    let takenAtMs = -Infinity
    let counted = this.accepted
    return async () => {
      if (this.isPressing()) await this.whilePressing(takenAtMs + (isLog ? recordsPaceMs : eventsPaceMs))
      const share = Math.ceil((this.accepted - counted) / (partsForPosts + 1))
      takenAtMs = this.steadyMs()
      counted = this.accepted
      return !isLog && this.isPressing() ? Math.max(fewestRows, share) : Infinity
    }
  }

  private async whilePressing(untilMs: number): Promise<void> {
    while (this.isPressing() && this.steadyMs() < untilMs) await this.pause(lookEveryMs)
  }

  /** Brings the mean up to now, of what was in hand since it was noted last. @returns now */
  private note(): number {
    const nowMs = this.steadyMs()
    const counted = Math.min(mostCounted, this.inHand)
    const was = { mean: this.mean, atMs: this.meanAtMs }
    const kept = Math.exp((was.atMs - nowMs) / meanOverMs)
    this.mean = was.mean * kept + counted * (1 - kept)
    this.meanAtMs = nowMs
    const [wasPressed, isPressed] = [was.mean >= many, this.mean >= many]
    // When the mean fell below, which may be a while ago: nobody looked since.
    if (wasPressed && !isPressed)
      this.calmFromMs = was.atMs + meanOverMs * Math.log((was.mean - counted) / (many - counted))
    if (!wasPressed && isPressed && nowMs - this.calmFromMs >= calmMs) this.burstFromMs = nowMs
    return nowMs
  }
}
