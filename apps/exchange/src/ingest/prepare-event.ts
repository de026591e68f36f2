import type { PostedEvent, RoutedEvent } from '#libs/events'
import { partitionOf } from '#libs/kafka'
import { laneOf, seal, sealDense, type AgencyKind, type DataKey, type ProgramKeys } from '#libs/security'
import type { OutgoingEvent } from './event.repository.js'
import type { ResolvedChild } from './resolution.client.js'

const recordEventPartitions = 24
const shards = 4

/** Who posted an event. */
export interface Poster {
  readonly agencyId: string
  readonly agencyKind: AgencyKind
  readonly clientId: string
}

/** An accepted event, before it is sealed. */
export interface AcceptedEvent {
  readonly eventId: string
  readonly acceptedAt: Date
  readonly poster: Poster
  readonly event: PostedEvent
  readonly child?: ResolvedChild
  /** For events of the hub that name whom they are for. */
  readonly addressed?: readonly string[]
  readonly follows?: RoutedEvent['follows']
}

/** What is sealed and travels. Its `seq` is that of the message's header: the number exists only once the event is written. */
function routedEvent(accepted: AcceptedEvent): Omit<RoutedEvent, 'seq'> {
  const { eventId, acceptedAt, poster, event, child, addressed, follows } = accepted
  return {
    v: 1,
    eventId,
    acceptedAt: acceptedAt.toISOString(),
    ...poster,
    ...(child && { child }),
    event,
    ...(addressed && { addressed }),
    ...(follows && { follows }),
  }
}

/** Below, deflating costs more than it saves: each reader inflates, and such a row still fits whole into a page of its table. */
const deflateAboveBytes = 1_900

/** Seals an event under its child's content key, or a key of its own; it opens under this event id only. */
export function sealEvent(key: DataKey, accepted: AcceptedEvent): Buffer {
  const content = Buffer.from(JSON.stringify(routedEvent(accepted)), 'utf8')
  return (content.length > deflateAboveBytes ? seal : sealDense)(key, content, accepted.eventId)
}

/** The data key's subject: the child, or the event itself where no child is known. */
export function keySubjectOf(accepted: Pick<AcceptedEvent, 'eventId' | 'child'>): string {
  return accepted.child ? `child:${accepted.child.childId}` : `stream:${accepted.eventId}`
}

/** How an event travels: its lane, and what stands outside the seal. */
export function outgoingOf(
  keys: ProgramKeys,
  stream: string,
  message: { eventId: string; keyId: string; traceparent: string },
): OutgoingEvent {
  const lane = laneOf(keys, stream)
  const partition = partitionOf(lane, recordEventPartitions)
  const headers = { 'event-id': message.eventId, 'key-id': message.keyId, v: '1', traceparent: message.traceparent }
  return { stream, lane, partition, shard: partition % shards, headers }
}
