import type { ChildReference, Identifier } from './child-reference.js'
import type { SharingBasis } from './sharing-basis.js'

/** Kinds of agency; the second part of an event type says which kind posts it. */
export type AgencyKind = 'council' | 'school' | 'nhs' | 'police' | 'housing' | 'hub'

/** How soon somebody must act: minutes, before the next school day, one working day, five, fourteen days. */
export type Urgency = 'U0' | 'U1' | 'U2' | 'U3' | 'U4'

/** Groups of fields that are given or kept together: core, status, reason, location, other people, narrative. */
export type FieldGroup = 'core' | 's' | 'r' | 'l' | 'p' | 'n'

/** How dangerous it is that the event is known to the wrong person. */
type Sensitivity = 'none' | 'protected-location' | 'sealed' | 'victim-safety'

/** Whom to phone. */
export interface Contact {
  readonly role: string
  readonly name?: string
  readonly phone: string
  readonly outOfHoursPhone?: string
}

/** Who sends, if it is more exact than the agency itself. */
export interface Sender {
  readonly org?: { readonly system: string; readonly value: string }
  readonly role?: string
  readonly contact?: Contact
  readonly outOfHoursPhone?: string
}

/** Narrative outside fields of group `n`: what is a fact, an opinion, or said by somebody. */
interface Assertion {
  readonly text: string
  readonly nature: 'fact' | 'professional-opinion' | 'reported'
  readonly saidBy?: string
  readonly confidence?: string
}

/** Whether the child was spoken to, and what the child said. */
interface ChildVoice {
  readonly spokenTo: boolean
  readonly presentPersons?: readonly string[]
  readonly words?: string
}

/** What a CloudEvent of Waymark carries as `data` when it is posted. */
export interface PostedData {
  readonly occurredAt: string
  readonly urgency: Urgency
  readonly ackRequiredBy?: string
  readonly sensitivity?: Sensitivity
  readonly child: ChildReference
  readonly sender?: Sender
  readonly sharingBasis: SharingBasis
  readonly body: Readonly<Record<string, unknown>>
  readonly assertions?: readonly Assertion[]
  readonly childVoice?: ChildVoice | null
  readonly requestedRecipients?: readonly string[]
  readonly supersedes?: string
  readonly retentionClass?: string
}

/** An event as an agency posts it: CloudEvents 1.0, structured mode (schemas/events/envelope.json). */
export interface PostedEvent {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: string
  readonly time: string
  readonly dataschema: string
  readonly datacontenttype?: string
  readonly sendersequence?: string
  readonly correlationid?: string
  readonly causationid?: string
  readonly traceparent?: string
  readonly tracestate?: string
  readonly data: PostedData
}

/**
 * An accepted event on its way inside the hub: what is sealed into Kafka on `record-events` and
 * `safeguarding-changes`.
 */
export interface RoutedEvent {
  readonly v: 1
  readonly eventId: string
  readonly acceptedAt: string
  /** Who posted it; `waymark-hub` for the hub's own events. */
  readonly agencyId: string
  readonly agencyKind: AgencyKind
  readonly clientId: string
  /** Absent where the identifier is withheld without matching. */
  readonly child?: {
    readonly childId: string
    /** Absent while too little is known of the child to give it one. */
    readonly uci?: string
    readonly status: 'active' | 'provisional'
    readonly identifiers: readonly Identifier[]
  }
  /** As posted, unknown optional fields of the body included. */
  readonly event: PostedEvent
  /** Agency ids, for events of the hub that name whom they are for. */
  readonly addressed?: readonly string[]
  /** For `hub.identity.*`: what of the hub's own rows follows the change. */
  readonly follows?: {
    /** Children that are this one now. */
    readonly joined: readonly string[]
    /** Earlier events of this child that are another's now. */
    readonly moved: readonly { readonly eventId: string; readonly childId: string }[]
    /** Those of the moved whose copies name this child: whoever had one is told, and no other leaves. */
    readonly mislinked?: readonly string[]
  }
  /** The place in this child's order; gap-free. */
  readonly seq: number
}

/** Who may read a delivered copy, and who must not see it. */
interface Handling {
  readonly readers: readonly string[]
  readonly notToBeShownTo: readonly ('family' | 'pupil-portal')[]
}

/** What the recipient learns of the decision that let the copy out. */
export interface DeliveredDecision {
  readonly outcome: 'PERMIT'
  readonly fieldGroups: readonly FieldGroup[]
  readonly ruleId: string
  readonly purpose: string
  readonly basisId?: string
  readonly agreementVersion?: number
  readonly policyVersion: string
  readonly decidedBy: 'rule' | 'person'
  readonly decidedAt: string
  readonly validUntil?: string
  /** A person decided after others had theirs: later events of the child may stand before it. */
  readonly late?: true
}

/** The copy of an event that one recipient may have, before it is sealed for that recipient. */
export interface DeliveredEvent {
  readonly specversion: '1.0'
  /** The sender's own id and source; the hub's event id stands outside. */
  readonly id: string
  readonly source: string
  readonly type: string
  readonly time: string
  readonly dataschema: string
  /** The recipient's pseudonym of the child; never an identifier. */
  readonly subject?: string
  readonly correlationid?: string
  readonly causationid?: string
  readonly data: {
    readonly eventId: string
    readonly occurredAt: string
    readonly urgency: Urgency
    readonly ackRequiredBy?: string
    readonly sensitivity: Sensitivity
    readonly child?: { readonly uci?: string; readonly identifiers: readonly Identifier[] }
    readonly sender?: Sender
    readonly body: Readonly<Record<string, unknown>>
    readonly assertions?: readonly Assertion[]
    readonly childVoice?: ChildVoice | null
    readonly supersedes?: string
    readonly decision: DeliveredDecision
    readonly handling: Handling
  }
}
