import { shortType, type Contact, type RoutedEvent } from '#libs/events'
import type { Calendar } from '../calendar/calendar.js'
import { startOf } from '../calendar/london.js'
import type { Agency, Directory } from './directory.js'

/** What every table of this program is asked about: one event, who posted it, and the world it is read in. */
export interface Facts {
  readonly type: string
  readonly poster: Agency | undefined
  readonly posterId: string
  readonly body: Readonly<Record<string, unknown>>
  readonly contact: Contact
  readonly directory: Directory
  readonly calendar: Calendar
  /** When it happened, for events whose body says no date. */
  readonly occurredAtMs: number
}

const desks: Readonly<Record<string, string>> = {
  council: 'lead-social-worker',
  school: 'designated-safeguarding-lead',
  nhs: 'safeguarding-nurse',
  police: 'police-safeguarding-officer',
  housing: 'housing-officer',
}

/** Reads an event for the tables. */
export function factsOf(routed: RoutedEvent, directory: Directory, calendar: Calendar): Facts {
  const { event, agencyId } = routed
  const poster = directory.byId(agencyId)
  return {
    type: shortType(event.type),
    poster,
    posterId: agencyId,
    body: event.data.body,
    contact: contactOf(event.data.body['contact'] ?? event.data.sender?.contact, poster),
    directory,
    calendar,
    occurredAtMs: Date.parse(event.data.occurredAt),
  }
}

/** Whom to phone at an agency: as an event says it, completed by the agency's own telephone numbers. */
export function contactOf(given: unknown, agency: Agency | undefined, role = deskOf(agency)): Contact {
  const { phone = '', outOfHoursPhone } = agency ?? {}
  const own = { role, phone, ...(outOfHoursPhone !== undefined && { outOfHoursPhone }) }
  return { ...own, ...(given as Partial<Contact> | undefined) }
}

function deskOf(agency: Agency | undefined): string {
  return desks[agency?.kind ?? 'hub'] ?? 'duty-desk'
}

/** A text of the body; `undefined` where it is not one. */
export function textIn({ body }: Facts, field: string): string | undefined {
  const value = body[field]
  return typeof value === 'string' ? value : undefined
}

/** The instant a field names: an instant as it is, a day from its first moment in England. */
export function instantIn(facts: Facts, field: string): number {
  const value = textIn(facts, field)
  if (value === undefined) return facts.occurredAtMs
  const instant = /^\d{4}-\d{2}-\d{2}$/.test(value) ? startOf(value) : Date.parse(value)
  return Number.isNaN(instant) ? facts.occurredAtMs : instant
}
