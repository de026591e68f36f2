import type { FieldGroup } from './field-group.js'

/** The kinds an agency can have; `hub` is Waymark itself. */
export type AgencyKind = 'council' | 'school' | 'nhs' | 'police' | 'housing' | 'hub'

/** How protected a child is. */
export type Protection = 'none' | 'location-hidden' | 'existence-hidden'

/** The kinds of involvement an agency can have with a child. */
export const involvementKinds = [
  'registered',
  'responsible',
  'gp',
  'health-visiting',
  'unscheduled-care',
  'placing',
  'receiving',
] as const

/** One of {@link involvementKinds}. */
export type InvolvementKind = (typeof involvementKinds)[number]

/** One involvement of the recipient, or of the caller, with the child; over from `untilMs` on. */
export interface InvolvementSpan {
  readonly kind: InvolvementKind
  readonly sinceMs: number
  readonly untilMs?: number
}

/** Why an event type's own rule names this recipient, where that reason widens what it may have. */
export type Capacity = 'home-council' | 'receiving-council' | 'area-council'

/** The parts of a sharing basis that decide; its free text is no input. */
export interface DeliveryBasis {
  readonly purpose: string
  readonly gateways: readonly string[]
  readonly article6: string
  readonly article9?: string
  readonly detriment: 'not-more-detrimental' | 'more-detrimental' | 'unclear'
  /** The four consents stay four; the third, `treatmentConsent`, and the fourth, `familyInformed`, decide nothing. */
  readonly serviceAgreement?: 'agreed' | 'refused' | 'withdrawn' | 'not-asked' | 'not-applicable'
  readonly dataProtectionConsent?: 'not-relied-on' | 'given' | 'refused' | 'withdrawn'
  /** The sender withdrew this basis (`any.basis.withdrawn`). */
  readonly isWithdrawn?: boolean
  readonly validFromMs?: number
  readonly validUntilMs?: number
}

/**
 * All that decides whether one recipient may have one event, and which of its field groups.
 *
 * Ids are carried for the reader of a decision and never decide; `nowMs` is the database's clock.
 */
export interface DeliveryQuestion {
  readonly recipient: {
    readonly id: string
    readonly kind: AgencyKind
    /** What the agency does, as its directory entry says: `gp`, `0-19`, `unscheduled-care`… */
    readonly services: readonly string[]
    /** Anything but `active` gets nothing. */
    readonly status: string
    /** The role of a client of the hub: `data-protection-officer`, `guardian-desk`… */
    readonly role?: string
  }
  /** Short type, such as `council.protection-plan.started`. */
  readonly eventType: string
  readonly sensitivity: 'none' | 'protected-location' | 'sealed' | 'victim-safety'
  readonly urgency: 'U0' | 'U1' | 'U2' | 'U3' | 'U4'
  readonly basis: DeliveryBasis
  /** The type rests on the family's agreement (its catalogue entry says so). */
  readonly isAgreementBased: boolean
  /** Outcomes of the objections that concern this recipient. */
  readonly objections: readonly ('pending' | 'upheld' | 'refused')[]
  /** The recipient's agreement that names this type, with the groups it opens for it; absent when none does. */
  readonly agreement?: {
    readonly id: string
    readonly version: number
    readonly inForce: boolean
    readonly fieldGroups: readonly FieldGroup[]
    readonly validUntilMs?: number
  }
  /** Every involvement of the recipient with the child, past ones included. */
  readonly involvements: readonly InvolvementSpan[]
  /** The type's own rule (domain §5, "receives") names this recipient: referrer, area police, opener, holder of the original… */
  readonly addressed: boolean
  /** Given with `addressed` where the reason widens what the recipient may have. */
  readonly capacity?: Capacity
  /** The sender named it in `requestedRecipients`. */
  readonly requested: boolean
  /** The sender named it in `excludedRecipients`. */
  readonly excluded: boolean
  /** A decision not to share stands (`any.sharing.declined`). */
  readonly declined?: boolean
  /** The sender withheld the child's identifier for a reason that forbids matching. */
  readonly identifierWithheld?: boolean
  /** The posting force sends Encompass notices in full; absent means minimal. */
  readonly posterProfile?: 'full' | 'minimal'
  readonly protection: Protection
  /** A person still decides who the child is. */
  readonly provisional: boolean
  /** A person of the sender's lets it go: rules that send the decision to a person are set aside, and no other is. */
  readonly reviewed?: boolean
  readonly nowMs: number
}

/** Which of the child's identifiers may stand on a recipient's copy. */
export type SharedIdentifier = 'uci' | 'nhs-number' | 'upn'

/** What was decided, and why; the exchange adds ids and writes it down. */
export interface DeliveryDecision {
  readonly outcome: 'PERMIT' | 'DENY' | 'REVIEW'
  /** What may be sent, in the order of {@link FieldGroup}; empty unless PERMIT. */
  readonly fieldGroups: readonly FieldGroup[]
  readonly identifiers: readonly SharedIdentifier[]
  /** Where `l` is not open, the names of areas (`areaCouncil`, `toCouncil`) still are. */
  readonly areaOnly: boolean
  readonly ruleId: string
  /** Codes and clauses, such as `no-agreement` or `l: F2-location-hidden`; never a name or value of a person. */
  readonly reasons: readonly string[]
  /** The next instant at which the answer could change by time alone; decide again from then on. */
  readonly validUntilMs?: number
  /** The policy set's hash. */
  readonly policyVersion: string
}
