import { eventTypes, fullType, type PostedEvent, type RoutedEvent, type Urgency } from '#libs/events'
import type { AcceptedEvent, Poster } from './prepare-event.js'
import type { ResolvedChild } from './resolution.client.js'

/** The hub as the poster of its own events. */
const hubPoster: Poster = { agencyId: 'waymark-hub', agencyKind: 'hub', clientId: 'waymark-hub.exchange' }

/** What the hub has to say to somebody. */
export interface HubWord {
  readonly eventId: string
  /** Short type, such as `hub.event.held`. */
  readonly type: string
  readonly at: Date
  readonly urgency?: Urgency
  readonly body: Readonly<Record<string, unknown>>
  readonly child?: ResolvedChild
  /** Agency ids. */
  readonly addressed: readonly string[]
  /** What of the hub's rows goes with it, where it tells of a change of identity. */
  readonly follows?: RoutedEvent['follows']
}

/** An event of the hub's own, accepted like any other. Its envelope needs neither child nor basis (hub-envelope.json). */
export function hubEvent(word: HubWord): AcceptedEvent {
  const type = fullType(word.type)
  const at = word.at.toISOString()
  const event = {
    specversion: '1.0',
    id: word.eventId,
    source: 'urn:waymark:hub',
    type,
    time: at,
    dataschema: `https://waymark.example/schemas/events/${type}.json`,
    data: { occurredAt: at, urgency: word.urgency ?? eventTypes.get(type)?.urgency ?? 'U2', body: word.body },
  } as unknown as PostedEvent
  const { eventId, addressed, child, follows } = word
  return {
    eventId,
    acceptedAt: word.at,
    poster: hubPoster,
    event,
    addressed,
    ...(child && { child }),
    ...(follows && { follows }),
  }
}
