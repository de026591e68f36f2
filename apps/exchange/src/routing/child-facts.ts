import type { InvolvementSpan, Protection } from '#libs/policy'
import type { Restraint } from '../ingest/restraint.js'
import { hubId } from './directory.js'

/** An agency's involvement with a child, past ones included. */
export interface Involvement extends InvolvementSpan {
  readonly agencyId: string
}

/** What has an event's slot in somebody's feed come to. */
export interface Holding {
  readonly recipient: string
  readonly isSent: boolean
  /** It holds a copy still. */
  readonly isCopy: boolean
}

/** What is known, when an event is routed, about its child, its basis and what it refers to. */
export interface Facts {
  readonly involvements: readonly Involvement[]
  readonly protection: Protection
  readonly isProvisional: boolean
  readonly basisVersion: number
  /** Its sender has withdrawn or corrected it since. */
  readonly withdrawnBecause?: 'basis-withdrawn' | 'corrected'
  /** What its sender has set against sharing it, or what is posted of its child, and not taken back. */
  readonly restraints: readonly Restraint[]
  /** Who has, or has had, a slot of the event it refers to. */
  readonly holdings: readonly Holding[]
  /** Who would have, as far as the sender of that event was told of its child. */
  readonly toldHoldings: readonly Holding[]
  /** Who posted the event that it refers to. */
  readonly referredSender?: string
  /** The handover that it moved, as its receiver's word. */
  readonly handover?: { readonly openedBy: string; readonly council?: string }
  /** An event of its sender's closed the handover that it names, of the same child: the child is there, and it said so. */
  readonly isConfirmedBySender: boolean
}

/**
 * Whether whoever posts about a child is told as of one that nobody has heard of: of a child whose existence is hidden
 * everybody, of one whose place is hidden whoever is not involved with it now.
 */
export function isConcealedFrom(agencyId: string, { protection, involvements }: Facts, nowMs: number): boolean {
  if (protection === 'none' || agencyId === hubId) return false
  const isInvolved = involvements.some((one) => one.agencyId === agencyId && isCurrent(one, nowMs))
  return protection === 'existence-hidden' || !isInvolved
}

/** What is known of a child that nobody has heard of, with what the sender of an event said of it. */
export function asOfUnknown(facts: Facts): Facts {
  return { ...facts, protection: 'none', involvements: [], isProvisional: false, holdings: facts.toldHoldings }
}

/** What is known of a child, as if it had not been hidden since. */
export function asIfNotHidden(facts: Facts): Facts {
  return { ...facts, protection: 'none' }
}

/** Whether an involvement stands at this instant. */
export function isCurrent({ sinceMs, untilMs }: InvolvementSpan, nowMs: number): boolean {
  return sinceMs <= nowMs && (untilMs === undefined || nowMs < untilMs)
}
