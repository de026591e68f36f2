import type { AccessReceipt } from '#libs/security'

/** What a sender gets for an accepted event. It never says whether the child was known, and carries no identifier. */
export interface EventReceipt {
  readonly eventId: string
  readonly source: string
  readonly id: string
  readonly bodyDigest: string
  readonly acceptedAt: string
  readonly accessReceipt: AccessReceipt
}

/** The receipt as it is kept, so that a repeat is answered with the same bytes. */
export function keptReceipt(receipt: EventReceipt): string {
  return JSON.stringify(receipt)
}

/** A kept receipt, for its answer. */
export function receiptFrom(kept: string): EventReceipt {
  return JSON.parse(kept) as EventReceipt
}
