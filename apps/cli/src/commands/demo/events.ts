import { randomUUID } from 'node:crypto'
import type { CastChild } from './cast.js'

/** An event as an agency posts it. */
export type PostedEvent = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string }

/** How an agency names a child in an event. */
export type ChildReference = Readonly<Record<string, unknown>>

/** What makes one event different from another; the rest is the same for all. */
export interface EventParts {
  readonly agency: string
  /** Without prefix and version: `school.pupil.admitted`. */
  readonly type: string
  readonly child: ChildReference
  readonly body: Readonly<Record<string, unknown>>
  readonly urgency?: string
  readonly basis?: Readonly<Record<string, unknown>>
  readonly requestedRecipients?: readonly string[]
}

/** A whole event: a new id, the time of now, and a sharing basis that suits the type. */
export function eventOf(parts: EventParts): PostedEvent {
  const type = `uk.waymark.${parts.type}.v1`
  const now = new Date().toISOString()
  return {
    specversion: '1.0',
    id: `demo-${randomUUID()}`,
    source: `urn:waymark:agency:${parts.agency}`,
    type,
    time: now,
    dataschema: `https://waymark.example/schemas/events/${type}.json`,
    data: {
      occurredAt: now,
      urgency: parts.urgency ?? 'U2',
      child: parts.child,
      sharingBasis: { ...basis, ...parts.basis },
      ...(parts.requestedRecipients && { requestedRecipients: parts.requestedRecipients }),
      body: parts.body,
    },
  }
}

const basis = {
  purpose: 'safeguard-child',
  gateways: ['CA2004-16LA'],
  article6: 'A6C',
  article9: 'A9G',
  dpaSchedule1: 'P18',
  regime: 'PART2',
  detriment: {
    considered: true,
    outcome: 'not-more-detrimental',
    reason: 'Those who see the child every day can keep the child safe only if they know.',
  },
  necessity: 'Dates and whom to phone; no narrative.',
  familyInformed: { state: 'yes', who: ['mother'] },
  practitioner: { role: 'lead-social-worker', ref: 'demo-1' },
} as const

/** The bases that differ from the usual one. */
export const bases = {
  education: { purpose: 'education-continuity', gateways: ['PUPIL-REG'] },
  health: { article6: 'A6E', confidentiality: 'overriding-public-interest' },
  encompass: { purpose: 'domestic-abuse-support', gateways: ['VPA2024-OPENC'], article6: 'A6E' },
  homeless: {
    purpose: 'homeless-family-support',
    gateways: ['HA1996-213AA'],
    article6: 'A6E',
    serviceAgreement: { state: 'agreed', by: 'mother', on: new Date().toISOString().slice(0, 10) },
  },
  correction: { gateways: ['UKGDPR-16'] },
} as const

/** A child by an identifier and particulars, in the spelling given. */
export function byParticulars(
  child: CastChild,
  options: { nhs?: boolean; upn?: boolean; given?: string } = {},
): ChildReference {
  const identifiers = [
    ...(options.nhs ? [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: child.nhsNumber }] : []),
    ...(options.upn ? [{ system: 'urn:waymark:upn', value: child.upn }] : []),
  ]
  return { ...(identifiers.length > 0 && { identifiers }), demographics: particularsOf(child, options.given) }
}

/** Names, birth, address and mother, as an event or `/v1/resolve` takes them. */
export function particularsOf(child: CastChild, given = child.given): Readonly<Record<string, unknown>> {
  return {
    names: [{ use: 'legal', given, family: child.family }],
    bornOn: child.bornOn,
    sex: child.sex,
    birthOrder: child.birthOrder,
    addresses: [child.address],
    parents: [{ role: 'mother', ...child.mother }],
  }
}

/** Today, or some days from it, as an ISO date. */
export function day(offset = 0): string {
  return new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)
}
