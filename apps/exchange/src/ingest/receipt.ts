import type { AccessReceipt } from '#libs/security'
import { canonicalJson } from '#libs/tlog'

/** What a sender gets for an accepted event. It never says whether the child was known, and carries no identifier. */
interface EventReceipt {
  readonly eventId: string
  readonly source: string
  readonly id: string
  readonly bodyDigest: string
  readonly acceptedAt: string
  readonly accessReceipt: AccessReceipt
}

/** The receipt as it is kept, signed and answered: its RFC 8785 form, without its signature. A repeat gets the same bytes. */
export function receiptText(receipt: EventReceipt): string {
  return canonicalJson(receipt)
}

/** A kept receipt, for its answer; whatever the order in which its members were kept. */
export function receiptFrom(kept: string): string {
  return canonicalJson(JSON.parse(kept))
}
