import type { RoutedEvent } from '#libs/events'
import { newId } from '#libs/postgres'
import type { ReviewTask } from '../delivery/delivery.repository.js'
import type { Decision } from './decision.js'
import { basisOf } from './delivery-question.js'

const reviewMs: Readonly<Record<string, number>> = { U0: 15 * 60_000, U1: 2 * 3_600_000 }
const dayMs = 86_400_000

/** The question that a decision leaves to a person of the sender's, if it does. */
export function reviewOf(event: RoutedEvent, decision: Decision, hubNowMs: number): readonly ReviewTask[] {
  if (decision.outcome !== 'REVIEW') return []
  const { decisionId, eventId } = decision
  const dueAt = new Date(hubNowMs + (reviewMs[event.event.data.urgency] ?? dayMs))
  const role = basisOf(event).practitioner?.role
  // A program that prepared the sharing decides nothing: then any person of the sender's may.
  const isPersons = role !== undefined && role !== 'system-client'
  return [{ taskId: newId(), decisionId, eventId, owner: event.agencyId, dueAt, ...(isPersons && { role }) }]
}
