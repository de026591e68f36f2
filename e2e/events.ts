import type { ChildReference, PostedEvent, SharingBasis } from '#libs/events'
import { anEvent } from '#libs/testing'

/** Today, or some days from it, as an ISO date. */
export function day(offset = 0): string {
  return new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)
}

/** What is particular about an event; the rest is the golden example of its type, under an id of its own, as of now. */
export interface EventParts {
  readonly agency: string
  /** Short: `school.pupil.admitted`. */
  readonly type: string
  readonly child: ChildReference
  readonly body?: Readonly<Record<string, unknown>>
  readonly basis?: Partial<SharingBasis>
  readonly requestedRecipients?: readonly string[]
}

/** An event that is valid, lawful and of this minute. */
export function eventOf({ agency, type, child, body, basis, requestedRecipients }: EventParts): PostedEvent {
  const now = new Date().toISOString()
  const example = anEvent(type)
  const { specversion, id, dataschema } = example
  const {
    urgency,
    sensitivity,
    sharingBasis,
    body: exampleBody,
    handling,
  } = example.data as unknown as Readonly<Record<string, object>>
  const data = {
    ...{ occurredAt: now, urgency, sensitivity, child, handling, requestedRecipients },
    sharingBasis: { ...sharingBasis, ...basis },
    body: { ...exampleBody, ...datesOf(type), ...body },
  }
  const source = `urn:waymark:agency:${agency}`
  return whole({ specversion, id, source, type: example.type, time: now, dataschema, data }) as PostedEvent
}

/** Without the members that are undefined, as JSON has it: the client compares what it sent. */
function whole(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

/** The dates of the examples, as of today. */
function datesOf(type: string): Readonly<Record<string, unknown>> {
  if (/^council[.].*[.]started$/.test(type)) return { startedOn: day(-1) }
  if (type === 'nhs.emergency-attendance.recorded') return { attendedAt: ago(2) }
  if (type === 'police.domestic-abuse.notified') return { incidentAt: ago(6) }
  return {}
}

function ago(hours: number): string {
  return new Date(Date.now() - hours * 3_600_000).toISOString()
}

const schools: Readonly<Record<string, string>> = {
  'larkhill-primary': '999901',
  'st-brannocs-primary': '999902',
  'merrow-academy': '999903',
}

/** A school takes a child on its roll, and is involved with it from then on. */
export function admission(agency: keyof typeof schools, child: ChildReference): PostedEvent {
  const school = { system: 'urn:waymark:gias-urn', value: schools[agency] }
  return eventOf({
    agency,
    type: 'school.pupil.admitted',
    child,
    body: { school, onRollOn: day(-30), enrolment: 'main' },
  })
}

/** Northbridge starts a child protection plan: the child's school, the hospitals and the police of the area are told. */
export function protectionPlan(child: ChildReference, requestedRecipients?: readonly string[]): PostedEvent {
  return eventOf({
    agency: 'northbridge-council',
    type: 'council.protection-plan.started',
    child,
    ...(requestedRecipients && { requestedRecipients }),
  })
}

/** A child came to the emergency department of Northbridge Hospitals. */
export function attendance(child: ChildReference): PostedEvent {
  return eventOf({
    agency: 'northbridge-hospitals',
    type: 'nhs.emergency-attendance.recorded',
    child,
    basis: { purpose: 'safeguard-child' },
  })
}
