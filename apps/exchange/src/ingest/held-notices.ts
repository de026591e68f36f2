import { bodyDigest } from '#libs/events'
import { newId } from '#libs/postgres'
import type { KeyRing, ProgramKeys } from '#libs/security'
import { newTraceparent } from '#libs/service'
import type { EventRow } from './event-rows.js'
import { hubEvent, type HubWord } from './hub-event.js'
import type { Posting } from './posting.js'
import { keySubjectOf, outgoingOf, sealEvent } from './prepare-event.js'
import type { PreparedPosting } from './prepare-rows.js'
import type { ToldGap } from './sender-lines.js'

/** Makes the hub's own events, ready to be written. */
export class HubRows {
  constructor(private readonly parts: { keys: ProgramKeys; keyRing: Pick<KeyRing, 'keyOf'> }) {}

  async prepare(word: HubWord): Promise<EventRow> {
    const accepted = hubEvent(word)
    const key = await this.parts.keyRing.keyOf(keySubjectOf(accepted), 'content')
    const { eventId, child } = accepted
    const message = { eventId, keyId: key.id, traceparent: newTraceparent() }
    return {
      source: accepted.poster.agencyId,
      sourceEventId: eventId,
      eventId,
      bodyDigest: bodyDigest(accepted.event),
      type: accepted.event.type,
      ...(child && { child: child.childId }),
      state: 'accepted',
      acceptedAt: accepted.acceptedAt,
      keyId: key.id,
      sealed: sealEvent(key, accepted),
      outgoing: outgoingOf(this.parts.keys, child?.childId ?? eventId, message),
    }
  }
}

/** Tells senders that an event of theirs is held; never for reasons of identity, which would say that a child is in question. */
export class HeldNotices {
  /** @param nowMs - the database's clock */
  constructor(
    private readonly rows: Pick<HubRows, 'prepare'>,
    private readonly nowMs: () => number,
  ) {}

  /** The rows to write: each held event with the word to its sender. */
  withNotices(group: readonly { posting: Posting; prepared: PreparedPosting }[]): Promise<readonly EventRow[]> {
    return Promise.all(
      group.map(async ({ posting, prepared: { row } }) =>
        row.releaseAt ? { ...row, notice: await this.noticeOf(posting, row) } : row,
      ),
    )
  }

  private noticeOf({ caller }: Posting, row: EventRow): Promise<EventRow> {
    return this.rows.prepare({
      eventId: newId(),
      type: 'hub.event.held',
      at: row.acceptedAt,
      body: { eventId: row.eventId, code: 'OCCURRED_AHEAD', since: row.acceptedAt.toISOString() },
      addressed: [caller.agencyId],
    })
  }

  /** The word to a sender whose event goes on without the numbers before it. */
  async ofGap({ eventId, source, from, to, since }: ToldGap): Promise<EventRow> {
    const numbers = { expectedSequence: from.toString(), expectedThrough: to.toString() }
    return this.rows.prepare({
      ...{ eventId: newId(), type: 'hub.event.held', at: new Date(this.nowMs()), addressed: [source] },
      body: { eventId, code: 'SEQUENCE_GAP', since: since.toISOString(), ...numbers },
    })
  }
}
