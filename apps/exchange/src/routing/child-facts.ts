import type { InvolvementSpan, Protection } from '#libs/policy'
import type { Restraint } from '../ingest/restraint.js'

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
  /** Who posted the event that it refers to. */
  readonly referredSender?: string
  /** The handover that it moved, as its receiver's word. */
  readonly handover?: { readonly openedBy: string; readonly council?: string }
  /** An event of its sender's closed the handover that it names, of the same child: the child is there, and it said so. */
  readonly isConfirmedBySender: boolean
}

/** What is known of a child that nobody has heard of, with what the sender of an event said of it. */
export function asOfUnknown(facts: Facts): Facts {
  return { ...facts, protection: 'none', involvements: [], isProvisional: false }
}

/** What is known of a child, as if its existence had not been hidden since. */
export function asIfNotHidden(facts: Facts): Facts {
  return facts.protection === 'existence-hidden' ? { ...facts, protection: 'none' } : facts
}

/** Whether an involvement stands at this instant. */
export function isCurrent({ sinceMs, untilMs }: InvolvementSpan, nowMs: number): boolean {
  return sinceMs <= nowMs && (untilMs === undefined || nowMs < untilMs)
}
