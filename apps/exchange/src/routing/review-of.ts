import type { RoutedEvent } from '#libs/events'
import { newId } from '#libs/postgres'
import type { ReviewTask } from '../delivery/delivery.repository.js'
import type { Decision } from './decision.js'
import { basisOf } from './delivery-question.js'

const reviewMs: Readonly<Record<string, number>> = { U0: 15 * 60_000, U1: 2 * 3_600_000 }
const dayMs = 86_400_000

/** The question that a decision leaves to a person of the sender's, if it does; or would, if nobody had heard of the child. */
export function reviewOf(event: RoutedEvent, decision: Decision, hubNowMs: number): readonly ReviewTask[] {
  if ((decision.asOfUnknown ?? decision).outcome !== 'REVIEW') return []
  const { decisionId, eventId } = decision
  const role = deciderOf(event)
  const dueAt = decideBy(event, hubNowMs)
  return [{ taskId: newId(), decisionId, eventId, owner: event.agencyId, dueAt, ...(role !== undefined && { role }) }]
}

/** Until when somebody should have decided. */
export function decideBy({ event }: Pick<RoutedEvent, 'event'>, hubNowMs: number): Date {
  return new Date(hubNowMs + (reviewMs[event.data.urgency] ?? dayMs))
}

/** Whose decision it is; any person's of the sender's where a program prepared the sharing, since that decides nothing. */
export function deciderOf(event: Pick<RoutedEvent, 'event'>): string | undefined {
  const role = basisOf(event).practitioner?.role
  return role === 'system-client' ? undefined : role
}
