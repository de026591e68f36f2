import type { RoutedEvent } from '#libs/events'
import { newId } from '#libs/postgres'
import type { ReviewTask } from '../delivery/delivery.repository.js'
import { toldOutcome, type Decision } from './decision.js'
import { basisOf } from './delivery-question.js'
import { hubId } from './directory.js'

const reviewMs: Readonly<Record<string, number>> = { U0: 15 * 60_000, U1: 2 * 3_600_000 }
const dayMs = 86_400_000

/**
 * The questions that decisions leave to a person of the sender's, or would if nobody had heard of the child, and after them
 * those that it must not be asked, since they tell of the child: they are the guardian desk's.
 */
export function reviewsOf(event: RoutedEvent, decisions: readonly Decision[], hubNowMs: number): readonly ReviewTask[] {
  const isAsked = (decision: Decision) => toldOutcome(decision) === 'REVIEW'
  const concealed = decisions.filter((decision) => decision.outcome === 'REVIEW' && !isAsked(decision))
  const dueAt = decideBy(event, hubNowMs)
  const role = deciderOf(event)
  const ofSender = { owner: event.agencyId, dueAt, ...(role !== undefined && { role }) }
  const taskOf = ({ decisionId, eventId }: Decision) => ({ taskId: newId(), decisionId, eventId })
  return [
    ...decisions.filter(isAsked).map((decision) => ({ ...taskOf(decision), ...ofSender })),
    ...concealed.map((decision) => ({ ...taskOf(decision), owner: hubId, dueAt })),
  ]
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
