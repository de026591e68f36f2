import { LRUCache } from 'lru-cache'
import type { Fanout } from '../caller/admission.repository.js'

const rememberMs = 60_000

/**
 * Whom an agency asked about, hit or miss, so that guessing costs as much as reading. A child counted in the last minute is
 * not counted again, which keeps the database out of repeated questions.
 */
export class DistinctChildren {
  private readonly counted = new LRUCache<string, true>({ max: 100_000, ttl: rememberMs })

  /** @param digestOf - a keyed digest: what was asked is never stored */
  constructor(private readonly digestOf: (asked: string) => Buffer) {}

  /** What of these questions has still to be counted, if anything. */
  toCount(agencyId: string, asked: readonly string[], max: number): Fanout | undefined {
    const scope = `children ${agencyId}`
    const items = asked
      .map((question) => this.digestOf(question))
      .filter((item) => !this.counted.has(nameOf(scope, item)))
    return items.length === 0 ? undefined : { scope, items, max }
  }

  /** Remembers what was counted. */
  wereCounted({ scope, items }: Fanout): void {
    for (const item of items) this.counted.set(nameOf(scope, item), true)
  }
}

function nameOf(scope: string, item: Buffer): string {
  return `${scope} ${item.toString('base64')}`
}
