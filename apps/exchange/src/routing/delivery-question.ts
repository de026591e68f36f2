import { eventTypes, shortType, type PostedData, type RoutedEvent, type SharingBasis } from '#libs/events'
import type { DeliveryQuestion } from '#libs/policy'
import { groupsReceived, isInForce, type Agreement } from '../basis/agreement.js'
import { concerning } from '../ingest/restraint.js'
import type { Candidate } from './candidates.js'
import type { Facts } from './child-facts.js'
import type { Agency } from './directory.js'

/** All that one decision about one recipient rests on. */
export interface DecisionInputs {
  readonly event: RoutedEvent
  readonly candidate: Candidate
  readonly agency: Agency
  /** The recipient's agreements; the one that names the type counts. */
  readonly agreements: readonly Agreement[]
  readonly facts: Facts
  readonly isReviewed?: boolean
  readonly nowMs: number
}

/** What the hub's own events rest on: the duty to share, where a child's safety asks for it. */
const hubBasis: SharingBasis = {
  purpose: 'safeguard-child',
  gateways: ['CA2004-16LA'],
  article6: 'A6C',
  article9: 'A9G',
  dpaSchedule1: 'P18',
  detriment: {
    considered: true,
    outcome: 'not-more-detrimental',
    reason: 'Those who already know of the child must hear what has become of it.',
  },
}

/** The basis of an event; one of the hub's own may have none beside it. */
export function basisOf({ event }: Pick<RoutedEvent, 'event'>): SharingBasis {
  const data: Partial<PostedData> = event.data
  return data.sharingBasis ?? hubBasis
}

/** The recipient's agreement that lets it receive a type: one in force before one that has ended. */
export function agreementFor(type: string, agreements: readonly Agreement[], nowMs: number): Agreement | undefined {
  const naming = agreements.filter((agreement) => groupsReceived(agreement, shortType(type)) !== undefined)
  return naming.find((agreement) => isInForce(agreement, nowMs)) ?? naming[0]
}

/** Puts the question whether a recipient may have an event, and what of it, as the policy takes it. */
export function deliveryQuestion(inputs: DecisionInputs): DeliveryQuestion {
  const { event, candidate, agency, facts, nowMs } = inputs
  const { data, type } = event.event
  const agreement = agreementFor(type, inputs.agreements, nowMs)
  const against = concerning(agency.id, facts.restraints).map(({ kind }) => kind)
  return {
    recipient: {
      id: agency.id,
      kind: agency.kind,
      services: agency.services,
      status: agency.status,
      ...(candidate.role !== undefined && { role: candidate.role }),
    },
    eventType: shortType(type),
    sensitivity: data.sensitivity ?? 'none',
    urgency: data.urgency,
    basis: basisQuestion(event, facts),
    isAgreementBased: eventTypes.get(type)?.agreementBased ?? false,
    objections: [...objectionsAbout(agency.id, basisOf(event)), ...against.filter((kind) => kind !== 'declined')],
    ...(agreement && { agreement: agreementQuestion(agreement, type, nowMs) }),
    involvements: facts.involvements.filter(({ agencyId }) => agencyId === agency.id),
    addressed: candidate.isAddressed,
    ...(candidate.capacity && { capacity: candidate.capacity }),
    requested: candidate.isRequested,
    excluded: candidate.isExcluded,
    declined: against.includes('declined'),
    identifierWithheld: isMatchingForbidden(event),
    protection: facts.protection,
    provisional: facts.isProvisional,
    ...(inputs.isReviewed && { reviewed: true }),
    nowMs,
  }
}

function basisQuestion(event: RoutedEvent, facts: Facts): DeliveryQuestion['basis'] {
  const basis = basisOf(event)
  return {
    purpose: basis.purpose,
    gateways: basis.gateways,
    article6: basis.article6,
    article9: basis.article9,
    detriment: basis.detriment.outcome,
    ...(basis.serviceAgreement && { serviceAgreement: basis.serviceAgreement.state }),
    ...(basis.dataProtectionConsent && { dataProtectionConsent: basis.dataProtectionConsent.state }),
    isWithdrawn: facts.withdrawnBecause !== undefined,
    ...(basis.validFrom !== undefined && { validFromMs: Date.parse(basis.validFrom) }),
    ...(basis.validUntil !== undefined && { validUntilMs: Date.parse(basis.validUntil) }),
  }
}

function agreementQuestion(
  agreement: Agreement,
  type: string,
  nowMs: number,
): NonNullable<DeliveryQuestion['agreement']> {
  return {
    id: agreement.id,
    version: agreement.version,
    inForce: isInForce(agreement, nowMs),
    fieldGroups: groupsReceived(agreement, shortType(type)) ?? [],
    ...(agreement.validUntilMs !== undefined && { validUntilMs: agreement.validUntilMs }),
  }
}

/** An objection names the agencies it is about, or is about all. */
function objectionsAbout(agencyId: string, basis: SharingBasis): readonly ('pending' | 'upheld' | 'refused')[] {
  return (basis.objections ?? [])
    .filter(({ agencies }) => agencies === undefined || agencies.length === 0 || agencies.includes(agencyId))
    .map(({ outcome }) => outcome)
}

function isMatchingForbidden({ event }: RoutedEvent): boolean {
  const data: Partial<PostedData> = event.data
  const withheld = data.child?.withheld
  return withheld !== undefined && withheld.reason !== 'UNKNOWN_WOULD_DELAY'
}
