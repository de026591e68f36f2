import { LRUCache } from 'lru-cache'

const mostBytes = 16 * 1024 * 1024
/** Feeds that wait are answered within this time; all others open what is stored. */
const keptMs = 10_000

/**
 * Copies as they were just sealed to their recipients, by the decision each rests on: a feed that waits is answered moments
 * later, and need not read and open what was only just stored. Bounded in size and time; nothing relies on it.
 *
 * A decision has one copy, so what is found here is what its slot holds. Whether it may leave is asked of the database
 * all the same, and so is whether the slot holds it still.
 */
export class CopiesInHand {
  private readonly byDecision: LRUCache<string, { readonly recipient: string; readonly jwe: string }>
  /** The decisions of each recipient's copies: one that reads does not go through those of all that do not. */
  private readonly ofRecipient = new Map<string, Set<string>>()

  /** @param steadyMs - milliseconds that never step */
  constructor(steadyMs: () => number = () => performance.now()) {
    this.byDecision = new LRUCache({
      maxSize: mostBytes,
      sizeCalculation: ({ jwe }) => jwe.length,
      ttl: keptMs,
      perf: { now: steadyMs },
      dispose: ({ recipient }, decisionId) => this.ofRecipient.get(recipient)?.delete(decisionId),
    })
  }

  /** @param jwe - the compact JWE that the slot's stored copy holds */
  add(decisionId: string, recipient: string, jwe: string): void {
    this.byDecision.set(decisionId, { recipient, jwe })
    const own = this.ofRecipient.get(recipient)
    if (own) own.add(decisionId)
    else this.ofRecipient.set(recipient, new Set([decisionId]))
  }

  /** What is in hand for these recipients now, by decision. */
  for(recipients: ReadonlySet<string>): ReadonlyMap<string, string> {
    const found = new Map<string, string>()
    for (const recipient of recipients) {
      for (const decisionId of this.ofRecipient.get(recipient) ?? []) {
        const copy = this.byDecision.peek(decisionId)
        if (copy) found.set(decisionId, copy.jwe)
        else this.byDecision.delete(decisionId) // kept too long
      }
    }
    return found
  }

  /** These have left. */
  drop(decisionIds: Iterable<string>): void {
    for (const decisionId of decisionIds) this.byDecision.delete(decisionId)
  }
}
