import type { PostedEvent } from '#libs/events'
import type { AccessRecorder, KeyRing, ProgramKeys } from '#libs/security'
import { newId } from '#libs/postgres'
import { receiptText } from './receipt.js'
import { keySubjectOf, outgoingOf, sealEvent, type AcceptedEvent } from './prepare-event.js'
import { isImmediate } from './is-immediate.js'
import type { EventRow } from './event-rows.js'
import type { Identified, Posting, Reference } from './posting.js'
import { restraintBy } from './restraint.js'
import type { LinePlace } from './sender-line.js'

/** An event ready to be written, and what its sender is to be told when it is. */
export interface PreparedPosting {
  readonly row: EventRow
  readonly receipt: string
}

/** An event that may be written; a refused one has nothing to prepare. */
export type Writable = Exclude<Identified, { state: 'refused' }>

/** Seals accepted events and describes their arrival for the access log. */
export class PrepareRows {
  constructor(
    private readonly parts: {
      keys: ProgramKeys
      keyRing: Pick<KeyRing, 'keyOf'>
      recorder: AccessRecorder
      nowMs: () => number
    },
  ) {}

  async prepare(posting: Posting, identified: Writable): Promise<PreparedPosting> {
    const { keyRing, nowMs } = this.parts
    const accepted = acceptedFrom(posting, identified, nowMs())
    const [key, access] = await Promise.all([
      keyRing.keyOf(keySubjectOf(accepted), 'content'),
      this.recordArrival(posting, accepted, identified.state),
    ])
    const receipt = receiptText({
      acceptedAt: accepted.acceptedAt.toISOString(),
      accessReceipt: access.receipt,
      bodyDigest: posting.bodyDigest,
      eventId: accepted.eventId,
      id: accepted.event.id,
      source: accepted.event.source,
    })
    const row: EventRow = {
      ...rowOf(posting, accepted),
      state: identified.state,
      receipt,
      keyId: key.id,
      sealed: sealEvent(key, accepted),
      access: access.message,
      ...(identified.state === 'accepted' && { outgoing: this.outgoing(posting, accepted, identified.stream, key.id) }),
    }
    return { row, receipt }
  }

  private outgoing({ caller }: Posting, { eventId }: AcceptedEvent, stream: string | undefined, keyId: string) {
    return outgoingOf(this.parts.keys, stream ?? eventId, { eventId, keyId, traceparent: caller.traceparent })
  }

  private recordArrival({ caller, event }: Posting, accepted: AcceptedEvent, state: string) {
    return this.parts.recorder.record({
      kind: 'receive',
      caller,
      action: 'publish',
      outcome: 'accepted',
      eventType: event.type,
      purpose: event.data.sharingBasis.purpose,
      basisId: accepted.eventId,
      eventId: accepted.eventId,
      ...(accepted.child && { child: accepted.child.childId }),
      truth: { state },
    })
  }
}

function acceptedFrom({ caller, event }: Posting, identified: Writable, nowMs: number): AcceptedEvent {
  const { agencyId, agencyKind, clientId } = caller
  const child = identified.state === 'accepted' ? identified.child : undefined
  return {
    eventId: newId(),
    acceptedAt: new Date(nowMs),
    poster: { agencyId, agencyKind, clientId },
    event,
    ...(child && { child }),
  }
}

function rowOf({ caller, bodyDigest, heldUntil, reference }: Posting, accepted: AcceptedEvent) {
  const restraint = restraintBy(accepted.event)
  return {
    source: accepted.poster.agencyId,
    sourceEventId: accepted.event.id,
    eventId: accepted.eventId,
    bodyDigest,
    type: accepted.event.type,
    acceptedAt: accepted.acceptedAt,
    agreementId: caller.agreement,
    ...(accepted.child && countedOf(accepted.child.childId, reference?.place ?? placeOf(accepted.event))),
    ...(heldUntil && { releaseAt: heldUntil }),
    ...(reference && named(reference)),
    ...(restraint && { restraint }),
  }
}

function named({ behind, withdrawal }: Reference) {
  return { ...(behind !== undefined && { behind }), ...(withdrawal && { withdraws: withdrawal }) }
}

function countedOf(child: string, place: LinePlace | undefined) {
  return { child, ...(place && { place }) }
}

/** Where an event's own number stands, if its sender counts. */
export function placeOf(event: PostedEvent): LinePlace | undefined {
  const { type, sendersequence } = event
  return sendersequence === undefined
    ? undefined
    : { type, number: BigInt(sendersequence), isImmediate: isImmediate(event) }
}
