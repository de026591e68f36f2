import { shortType, type RoutedEvent } from '#libs/events'
import { newId } from '#libs/postgres'
import type { HubWord } from '../ingest/hub-event.js'
import type { Facts } from './child-facts.js'

/** Whether an event is an agency's word about a handover. */
export function isHandoverWord({ event }: Pick<RoutedEvent, 'event'>): boolean {
  return shortType(event.type).startsWith('any.handover.')
}

/**
 * Whether a word about a handover moved none: its poster is not the receiver, it names another child, or the handover does
 * not wait. `safeguarding` decides, and is never overtaken. Such a word reaches nobody: whoever let go of the child would
 * read in it that somebody has it.
 */
export function movesNothing(event: Pick<RoutedEvent, 'event'>, { handover }: Pick<Facts, 'handover'>): boolean {
  return isHandoverWord(event) && !handover
}

/**
 * Whether the sender of a word is told that it was not taken; unless it took the word back itself, or confirms again what it
 * has confirmed. Of a child whose existence is hidden that is said of every word, as of a child that nobody knows.
 */
export function isContractBroken(event: RoutedEvent, facts: Facts): boolean {
  if (facts.withdrawnBecause || !isHandoverWord(event)) return false
  return facts.protection === 'existence-hidden' || (movesNothing(event, facts) && !isSaidAgain(event, facts))
}

/** What is so already: a receiver's system may send it twice, and a school's admits a child before somebody confirms that. */
function isSaidAgain({ event }: RoutedEvent, { isConfirmedBySender }: Facts): boolean {
  return isConfirmedBySender && shortType(event.type) === 'any.handover.confirmed'
}

/** What its sender is told: one code, whatever the word was not taken for. */
export function wordOfBrokenContract({ event, eventId, acceptedAt, agencyId }: RoutedEvent, nowMs: number): HubWord {
  return {
    ...{ eventId: newId(), type: 'hub.event.held', at: new Date(nowMs), urgency: event.data.urgency },
    body: { eventId, code: 'CONTRACT_BROKEN', since: acceptedAt },
    addressed: [agencyId],
  }
}
