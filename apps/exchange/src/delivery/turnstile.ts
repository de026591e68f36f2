/**
 * Lets a few pieces of work run at once, the others in order of arrival. Whoever holds a connection may need another for a
 * key; with fewer at work than the pool has, nobody waits for ever.
 */
export class Turnstile {
  private free: number
  private readonly queue: (() => void)[] = []

  constructor(places: number) {
    this.free = places
  }

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1
    else await new Promise<void>((resolve) => this.queue.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.queue.shift()
      if (next) next()
      else this.free += 1
    }
  }
}
