import type { LogRepository } from '../log/log.repository.js'

/** What one look found, in milliseconds since the oldest record concerned was made. */
export interface MergeDelays {
  /** How long the oldest record waits that is logged and not yet published; 0 where none does. */
  readonly waitingMs: number
  /** How long the slowest took of those that were published since the last look. */
  readonly mergedMs?: number
}

/** How a delay stands to what receipts promise. */
export type DelayStanding = 'within' | 'late' | 'breached'

const nothing = { size: 0 }
const lateMs = 10_000
const breachedMs = 60_000

/** A receipt is to be provable within a second; after ten somebody is told, and after sixty the promise is broken. */
export function delayStanding({ waitingMs, mergedMs = 0 }: MergeDelays): DelayStanding {
  const longest = Math.max(waitingMs, mergedMs)
  if (longest > breachedMs) return 'breached'
  return longest > lateMs ? 'late' : 'within'
}

/**
 * Measures how long access records take from their receipt to a published checkpoint.
 *
 * Each look reads the entries that came since the last one; of those that wait it remembers the oldest only.
 */
export class MergeDelay {
  private lookedTo: number | undefined
  private waiting: { readonly to: number; readonly sinceMs: number } | undefined

  constructor(
    private readonly log: Pick<LogRepository, 'newestCheckpoint' | 'newestPublished' | 'oldest'>,
    private readonly nowMs: () => number = Date.now,
  ) {}

  async look(): Promise<MergeDelays> {
    const { size } = (await this.log.newestCheckpoint()) ?? nothing
    const { size: published } = (await this.log.newestPublished()) ?? nothing
    const earlier = this.takeMerged(published)
    await this.lookAt(this.lookedTo ?? published, size)
    return this.delays([earlier, this.takeMerged(published)].filter((ms) => ms !== undefined))
  }

  private async lookAt(from: number, to: number): Promise<void> {
    const sinceMs = to > from ? await this.log.oldest(from, to) : undefined
    if (sinceMs !== undefined) this.waiting = { to, sinceMs: Math.min(sinceMs, this.waiting?.sinceMs ?? sinceMs) }
    this.lookedTo = to
  }

  /** When the oldest record was made of those that wait no longer. */
  private takeMerged(published: number): number | undefined {
    if (!this.waiting || published < this.waiting.to) return undefined
    const { sinceMs } = this.waiting
    this.waiting = undefined
    return sinceMs
  }

  private delays(mergedSince: readonly number[]): MergeDelays {
    const age = (sinceMs: number) => Math.max(0, this.nowMs() - sinceMs)
    return {
      waitingMs: this.waiting ? age(this.waiting.sinceMs) : 0,
      ...(mergedSince.length > 0 && { mergedMs: age(Math.min(...mergedSince)) }),
    }
  }
}
