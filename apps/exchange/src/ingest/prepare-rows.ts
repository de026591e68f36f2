import type { AccessRecorder, KeyRing, ProgramKeys } from '#libs/security'
import { newId } from '#libs/postgres'
import { keptReceipt, type EventReceipt } from './receipt.js'
import { keySubjectOf, outgoingOf, sealEvent, type AcceptedEvent } from './prepare-event.js'
import type { EventRow } from './event.repository.js'
import type { Identified, Posting } from './posting.js'

/** An event ready to be written, and what its sender is to be told when it is. */
export interface PreparedPosting {
  readonly row: EventRow
  readonly receipt: EventReceipt
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
    const { caller, event, bodyDigest, reference } = posting
    const { agencyId, agencyKind, clientId } = caller
    const child = identified.state === 'accepted' ? identified.child : undefined
    const accepted: AcceptedEvent = {
      eventId: newId(),
      acceptedAt: new Date(this.parts.nowMs()),
      poster: { agencyId, agencyKind, clientId },
      event,
      ...(child && { child }),
    }
    const [key, access] = await Promise.all([
      this.parts.keyRing.keyOf(keySubjectOf(accepted), 'content'),
      this.recordArrival(posting, accepted, identified.state),
    ])
    const acceptedAt = accepted.acceptedAt.toISOString()
    const { eventId } = accepted
    const receipt = {
      eventId,
      source: event.source,
      id: event.id,
      bodyDigest,
      acceptedAt,
      accessReceipt: access.receipt,
    }
    const row: EventRow = {
      ...rowOf(accepted, bodyDigest),
      state: identified.state,
      ...(posting.heldUntil && { releaseAt: posting.heldUntil }),
      agreementId: caller.agreement,
      receipt: keptReceipt(receipt),
      keyId: key.id,
      sealed: sealEvent(key, accepted),
      access: access.message,
      ...(identified.state === 'accepted' && {
        outgoing: outgoingOf(this.parts.keys, identified.stream ?? eventId, {
          eventId,
          keyId: key.id,
          traceparent: caller.traceparent,
        }),
      }),
      ...(reference?.withdrawal && { withdraws: reference.withdrawal }),
    }
    return { row, receipt }
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

function rowOf(accepted: AcceptedEvent, bodyDigest: string) {
  return {
    source: accepted.poster.agencyId,
    sourceEventId: accepted.event.id,
    eventId: accepted.eventId,
    bodyDigest,
    type: accepted.event.type,
    acceptedAt: accepted.acceptedAt,
    ...(accepted.child && { child: accepted.child.childId }),
  }
}
