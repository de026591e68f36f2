import type { Caller } from '#libs/security'
import { LRUCache } from 'lru-cache'
import type { Fanout } from '../caller/admission.repository.js'

const rememberMs = 60_000
/** A program that nobody asked through: it is counted as itself and as its agency. */
const nobody = 'system-client'

/** How many different children an hour each may ask about. */
export interface Figures {
  readonly ofUser: number
  readonly ofClient: number
  readonly ofAgency: number
}

/**
 * Whom a person, their program and their agency asked about, hit or miss, so that guessing costs as much as reading. A child
 * counted in the last minute is not counted again, which keeps the database out of repeated questions.
 */
export class DistinctChildren {
  private readonly counted = new LRUCache<string, true>({ max: 100_000, ttl: rememberMs })

  /** @param digestOf - a keyed digest: neither what was asked nor who asked is stored */
  constructor(private readonly digestOf: (asked: string) => Buffer) {}

  /** What of these questions has still to be counted, the narrowest limit first. */
  toCount(caller: Caller, asked: readonly string[], figures: Figures): readonly Fanout[] {
    if (asked.length === 0) return []
    const digests = asked.map((question) => this.digestOf(question))
    return this.scopesOf(caller, figures)
      .map(({ scope, max }) => ({ scope, max, items: digests.filter((item) => !this.isCounted(scope, item)) }))
      .filter(({ items }) => items.length > 0)
  }

  /** Remembers what was counted. */
  wereCounted(fanouts: readonly Fanout[]): void {
    for (const { scope, items } of fanouts) for (const item of items) this.counted.set(nameOf(scope, item), true)
  }

  private isCounted(scope: string, item: Buffer): boolean {
    return this.counted.has(nameOf(scope, item))
  }

  /** A client whose figure is its agency's cannot reach it first, so it is not counted twice. */
  private scopesOf({ agencyId, clientId, actor }: Caller, { ofUser, ofClient, ofAgency }: Figures) {
    const user = actor && actor.role !== nobody ? [clientId, actor.role, actor.reference].join('\n') : undefined
    return [
      ...(user === undefined ? [] : [{ scope: `children of-user ${this.nameless(user)}`, max: ofUser }]),
      ...(ofClient < ofAgency ? [{ scope: `children of-client ${clientId}`, max: ofClient }] : []),
      { scope: `children ${agencyId}`, max: ofAgency },
    ]
  }

  private nameless(user: string): string {
    return this.digestOf(`user ${user}`).toString('base64url')
  }
}

function nameOf(scope: string, item: Buffer): string {
  return `${scope} ${item.toString('base64')}`
}
