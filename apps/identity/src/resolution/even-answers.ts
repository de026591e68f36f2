import { setTimeout as sleep } from 'node:timers/promises'

/** Of the answers before, the slowest but one in a hundred says when the next is due: of so many at the most. */
const remembered = 256
const slowerShare = 0.01
/** What was slower than this was slow for another reason. */
const mostMs = 500
/** Answers of the load now; where there are not enough of them, older ones too, until they say nothing of it at all. */
const freshMs = 5_000
const enough = 64
const rememberedMs = 60_000

interface Answered {
  readonly atMs: number
  readonly tookMs: number
}

/**
 * Gives answers that must not be told apart one time: each waits until the time that 99 of 100 before it needed.
 *
 * A record of a hidden child takes a few more rows to register than one of an unknown child (docs/adr/0020), and somebody
 * who asks often enough would see it by the clock (security-and-audit.md §7). What is answered otherwise, such as a record
 * that was linked, waits for nothing.
 *
 * The time follows the load: after a busy minute nobody waits for as long as it took then, once 64 answers were quicker. It
 * rests on those before alone, never on the one that waits, and how many they are depends on the clock and not on what they
 * said. The slowest of 64 is passed by one answer in 65, of a hidden child's by a few more: in the mean that tells less than
 * one guess in fifty, as with 256 (see the spec).
 */
export class EvenAnswers {
  private readonly before: Answered[] = []

  /**
   * @param steadyMs - milliseconds that never step
   * @param pause - waits so many of them
   */
  constructor(
    private readonly steadyMs: () => number = () => performance.now(),
    private readonly pause: (ms: number) => Promise<unknown> = (ms) => sleep(ms),
  ) {}

  /**
   * Resolves when the answer may leave.
   *
   * @param fromMs - when its question came in, by the clock it was made with
   */
  async due(fromMs: number): Promise<void> {
    const nowMs = this.steadyMs()
    const usualMs = this.usualMs(nowMs)
    const tookMs = nowMs - fromMs
    if (tookMs <= mostMs) this.note({ atMs: nowMs, tookMs })
    if (tookMs < usualMs) await this.pause(usualMs - tookMs)
  }

  private note(answered: Answered): void {
    this.before.push(answered)
    if (this.before.length > remembered) this.before.shift()
  }

  private usualMs(nowMs: number): number {
    const { length } = this.before
    const isCounted = ({ atMs }: Answered, at: number): boolean =>
      nowMs - atMs < (length - at <= enough ? rememberedMs : freshMs)
    const times = this.before.filter(isCounted).map(({ tookMs }) => tookMs)
    times.sort((one, two) => two - one)
    return times[Math.floor(times.length * slowerShare)] ?? 0
  }
}

/** The clocks of this program, one for each kind of answer that must be alike: each has work of its own to hide. */
export class EvenDoors {
  /** A record that was registered. */
  readonly registered = new EvenAnswers()
  /** A search that found nobody. */
  readonly searched = new EvenAnswers()
  /** A `$match` without a patient. */
  readonly matched = new EvenAnswers()
}
