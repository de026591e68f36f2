import type { Caller } from '#libs/security'
import type { CheckedSlot } from './check-slots.js'
import type { FeedState } from './feed.repository.js'

/** What a client asks of its feed. */
export interface FeedQuestion {
  readonly caller: Caller
  readonly after: bigint
  readonly limit: number
  readonly waitMs: number
  /** The client hung up. */
  readonly gone: AbortSignal
}

/** A page of a feed, as its client sees it: outer envelopes, and where the feed stands. */
export interface FeedPage {
  readonly events: readonly object[]
  readonly state: FeedState
}

const hubSource = 'urn:waymark:hub'
const sequenceDigits = 19

/** A feed number as the outside has it: its text order is its order. */
export function shownSequence(sequence: string): string {
  return sequence.padStart(sequenceDigits, '0')
}

/** The outside of a slot, which hides child and type. */
export function envelopeOf({ slot, answer }: CheckedSlot): object {
  const outer = { specversion: '1.0', id: slot.eventId, source: hubSource }
  const sequence = shownSequence(slot.sequence)
  if ('jwe' in answer) {
    return {
      ...outer,
      type: 'uk.waymark.hub.copy.sealed.v1',
      sequence,
      datacontenttype: 'application/jose',
      data: answer.jwe,
    }
  }
  const withdraws = slot.withdraws === undefined ? {} : { withdraws: shownSequence(slot.withdraws) }
  return { ...outer, type: 'uk.waymark.hub.copy.withdrawn.v1', sequence, data: { reason: answer.reason, ...withdraws } }
}
