import type { AccessReceipt, Caller } from '#libs/security'

/** What every resolver of one request shares: who asks, and the receipts of the access records written for it. */
export interface GraphQLContext {
  readonly caller: Caller
  readonly receipts: AccessReceipt[]
  readonly requestId: string
}

/** Adds the receipt of an access record to the answer's `extensions.accessReceipts`. */
export function addReceipt(context: GraphQLContext, receipt: AccessReceipt): void {
  context.receipts.push(receipt)
}
