import type { AgencyKind, InvolvementSpan, Protection } from './delivery-question.js'
import type { FieldGroup } from './field-group.js'

/** What a caller can ask to do. */
export const accessActions = [
  'readChild',
  'readFlags',
  'readInvolvements',
  'readHandovers',
  'readDecisions',
  'readAgreement',
  'endAgreement',
  'readAccessLog',
  'resolve',
  'publish',
  'protect',
  'liftProtection',
  'administer',
  'replay',
  'decideReview',
  'decideSharing',
  'confirmRekey',
  'sealChild',
] as const

/** One of {@link accessActions}. */
export type AccessAction = (typeof accessActions)[number]

/** All that decides whether a caller may do something; ids never decide, but `owner` is compared with the caller's. */
export interface AccessQuestion<A extends AccessAction = AccessAction> {
  readonly action: A
  readonly agency: {
    readonly id: string
    readonly kind: AgencyKind
    readonly status: string
    readonly role?: string
  }
  /** The token's actions. */
  readonly actions: readonly string[]
  /** `Waymark-Purpose`, or the body's own. */
  readonly purpose?: string
  readonly agreement?: {
    readonly id: string
    readonly version: number
    readonly inForce: boolean
    readonly purposes: readonly string[]
  }
  /** The basis that the caller's agreement holds for this purpose. */
  readonly basis?: {
    readonly gateways: readonly string[]
    readonly article6: string
    readonly article9?: string
    readonly validFromMs?: number
    readonly validUntilMs?: number
  }
  /** Absent: unknown, or nothing about a child. Unknown children are asked about like known ones, never skipped. */
  readonly child?: { readonly protection: Protection }
  /** The caller's involvement with the child; give the widest as `involvement`, or all as `involvements`. */
  readonly involvement?: InvolvementSpan
  readonly involvements?: readonly InvolvementSpan[]
  /** The caller posted, or was sent, an event about the child. */
  readonly party?: boolean
  /** The agency whose thing this is: an event's poster, an agreement's holder, a handover's opener. */
  readonly owner?: string
  /** Asked group by group for flags; `core` when absent. */
  readonly fieldGroup?: FieldGroup
  /** Short type, when publishing. */
  readonly eventType?: string
  readonly nowMs: number
}
