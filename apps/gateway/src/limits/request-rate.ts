const windowMs = 60_000

/**
 * How many requests a client may send this process in a minute. The figure is per process: a counter that all processes
 * share would make every request of one client wait for the commit of the one before.
 */
export class RequestRate {
  private counts = new Map<string, number>()
  private windowEndsAtMs = 0

  constructor(
    private readonly max: number,
    private readonly nowMs: () => number,
  ) {}

  /** Counts a request; gives the seconds to wait where it is one too many. */
  secondsToWait(clientId: string): number | undefined {
    const now = this.nowMs()
    if (now >= this.windowEndsAtMs) {
      this.counts = new Map()
      this.windowEndsAtMs = now + windowMs
    }
    const count = (this.counts.get(clientId) ?? 0) + 1
    this.counts.set(clientId, count)
    return count > this.max ? Math.ceil((this.windowEndsAtMs - now) / 1000) : undefined
  }
}
