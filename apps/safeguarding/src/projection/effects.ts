import { flagsOf, type LowerFlag, type RaiseFlag } from '../flag/flags.js'
import { departuresOf, type Arrive, type Depart } from '../handover/departures.js'
import { involvementsOf, type CloseInvolvements, type OpenInvolvement } from '../involvement/openings.js'
import { textIn, type Facts } from './facts.js'

/** The receiver's word about a handover that it names. */
interface Answer {
  readonly do: 'confirm' | 'decline'
  readonly handoverId: string
  readonly agencyId: string
}

/** What an earlier event did is undone. */
interface Retract {
  readonly do: 'retract'
  readonly eventId: string
  readonly agencyId: string
}

/** A change of what is true now. */
type StateEffect = OpenInvolvement | CloseInvolvements | RaiseFlag | LowerFlag

/** A change, or an undoing, that handovers take part in. */
type HandoverEffect = Depart | Arrive | Answer | Retract

/** One thing that an event changes. */
export type Effect = StateEffect | HandoverEffect

/**
 * All that an event changes here, in the order in which it is done: who is involved and what is flagged first, since a
 * handover's clock depends on it. Pure; most events change nothing.
 */
export function effectsOf(facts: Facts): readonly Effect[] {
  const words = wordsOf(facts)
  return words.length > 0 ? words : [...involvementsOf(facts), ...flagsOf(facts), ...departuresOf(facts)]
}

function wordsOf(facts: Facts): readonly Effect[] {
  const agencyId = facts.posterId
  const handoverId = idIn(facts, 'handoverId')
  const eventId = idIn(facts, 'correctsEventId')
  if (facts.type === 'any.handover.confirmed' && handoverId) return [{ do: 'confirm', handoverId, agencyId }]
  if (facts.type === 'any.handover.declined' && handoverId) return [{ do: 'decline', handoverId, agencyId }]
  const undoes = facts.type === 'any.correction.issued' && textIn(facts, 'kind') !== 'amended'
  return undoes && eventId ? [{ do: 'retract', eventId, agencyId }] : []
}

/** Ids are kept, and compared, in small letters; senders may write them in capitals (RFC 9562 §4). */
function idIn(facts: Facts, field: string): string | undefined {
  return textIn(facts, field)?.toLowerCase()
}
