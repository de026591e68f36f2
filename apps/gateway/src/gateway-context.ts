import type { AccessReceipt, Caller } from '#libs/security'

/** Who asks, as far as it is passed on to a service. */
export interface Asker {
  readonly token?: string
  readonly requestId: string
  readonly traceparent: string
  readonly purpose?: string
  /** `Waymark-Actor` as it came. */
  readonly actorHeader?: string
}

/** What the fetches of one GraphQL request share. */
export interface GatewayContext extends Asker {
  readonly caller: Caller
  readonly receipts: AccessReceipt[]
}
