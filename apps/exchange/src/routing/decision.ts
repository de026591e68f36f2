import type { RoutedEvent } from '#libs/events'
import { decideDelivery, type DeliveryDecision, type PolicySet } from '#libs/policy'
import { isInForce, type Agreement } from '../basis/agreement.js'
import { inputVersions } from '../delivery/input-versions.js'
import { isNamedBySender, type Candidate } from './candidates.js'
import { isConcealedFrom, type Facts } from './child-facts.js'
import { agreementFor, basisOf, deliveryQuestion } from './delivery-question.js'
import type { Agency } from './directory.js'
import type { Told } from './told.js'

/** The hub's decision about one event and one recipient, as it is written down. */
export interface Decision extends DeliveryDecision {
  readonly decisionId: string
  readonly eventId: string
  readonly sender: string
  readonly childId?: string
  readonly recipient: string
  /** At the hub, its office. */
  readonly role?: string
  /** The basis's. */
  readonly purpose: string
  readonly agreementId?: string
  readonly agreementVersion?: number
  /** The sender asked for this recipient, or against it: the sender may read the decision. */
  readonly isNamedBySender: boolean
  /** Versions of all it rests on. */
  readonly inputs: string
  /** A person's is one that rules leave to the sender, and that a person of the sender's has made. */
  readonly decidedBy: 'rule' | 'person'
  readonly decidedAt: Date
  /** Of a child that is concealed from its sender: what it would be of one that nobody knows. */
  readonly asOfUnknown?: DeliveryDecision & Pick<Decision, 'decidedBy'>
}

/** What a decision is made from. */
export interface ToDecide {
  readonly decisionId: string
  readonly event: RoutedEvent
  readonly candidate: Candidate
  /** What its sender is told instead of a child that is concealed from it, if anything. */
  readonly told?: Told
  /** Absent where the sender named an agency that does not exist. */
  readonly agency: Agency | undefined
  readonly agreements: readonly Agreement[]
  /** The sender's agreement that the event rests on. */
  readonly senderAgreement?: Agreement
  readonly facts: Facts
  /** A person lets it go: rules that leave it to a person are set aside, and no other is. */
  readonly isReviewed?: boolean
  readonly nowMs: number
}

/** Decides whether one recipient may have one event. Nothing leaves without what this returns being written. */
export function decide(policies: PolicySet, from: ToDecide): Decision {
  const { decisionId, event, candidate, agency, nowMs } = from
  const agreement = agreementFor(event.event.type, from.agreements, nowMs)
  const verdict = verdictOf(policies, from)
  return {
    ...verdict,
    ...forSender(policies, from),
    decisionId,
    eventId: event.eventId,
    sender: event.agencyId,
    ...(event.child && { childId: event.child.childId }),
    recipient: candidate.agencyId,
    ...(candidate.role !== undefined && { role: candidate.role }),
    purpose: basisOf(event).purpose,
    ...(agreement && { agreementId: agreement.id, agreementVersion: agreement.version }),
    isNamedBySender: isNamedBySender(candidate),
    inputs: agency ? versionsOf(policies.hash, { ...from, agency, type: event.event.type }) : '',
    decidedBy: deciderOf(from, verdict),
    decidedAt: new Date(nowMs),
  }
}

/** What a sender is told instead, or asked: as of the same event about another child. */
function forSender(policies: PolicySet, from: ToDecide): Pick<Decision, 'asOfUnknown'> {
  const { event, facts, told, nowMs } = from
  if (!told || !isConcealedFrom(event.agencyId, facts, nowMs)) return {}
  const verdict = verdictOf(policies, { ...from, ...told })
  return { asOfUnknown: { ...verdict, decidedBy: deciderOf(from, verdict) } }
}

/** The outcome that its sender may know of. */
export function toldOutcome({ outcome, asOfUnknown }: Pick<Decision, 'outcome' | 'asOfUnknown'>): Decision['outcome'] {
  return asOfUnknown?.outcome ?? outcome
}

function deciderOf({ isReviewed }: ToDecide, { outcome }: DeliveryDecision): Decision['decidedBy'] {
  return isReviewed && outcome === 'PERMIT' ? 'person' : 'rule'
}

/** The versions of all that a decision rests on now. */
export function versionsOf(
  policyVersion: string,
  from: Pick<ToDecide, 'agreements' | 'senderAgreement' | 'facts' | 'nowMs'> & {
    readonly agency: Agency
    /** The event's full type. */
    readonly type: string
  },
): string {
  const received = agreementFor(from.type, from.agreements, from.nowMs)
  const both = [received, from.senderAgreement].filter((agreement) => agreement !== undefined)
  return inputVersions({
    agency: from.agency,
    agreements: both.map((agreement) => ({ ...agreement, inForce: isInForce(agreement, from.nowMs) })),
    facts: from.facts,
    policyVersion,
  })
}

function verdictOf(policies: PolicySet, from: ToDecide): DeliveryDecision {
  const { agency, senderAgreement, nowMs } = from
  if (!agency) return refusal('X01-no-such-agency', 'no-such-agency', policies)
  const verdict = decideDelivery(policies, deliveryQuestion({ ...from, agency }))
  if (verdict.outcome !== 'PERMIT') return verdict
  if (senderAgreement && !isInForce(senderAgreement, nowMs)) {
    return refusal('X02-sender-agreement-ended', 'agreement-ended', policies)
  }
  // A copy that cannot be sealed cannot leave; saying so on record is better than a slot nobody can open.
  return agency.encryptionKey ? verdict : refusal('X03-no-recipient-key', 'no-recipient-key', policies)
}

function refusal(ruleId: string, reason: string, { hash }: PolicySet): DeliveryDecision {
  return {
    outcome: 'DENY',
    fieldGroups: [],
    identifiers: [],
    areaOnly: false,
    ruleId,
    reasons: [reason],
    policyVersion: hash,
  }
}
