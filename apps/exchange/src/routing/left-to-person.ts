import { newId } from '#libs/postgres'
import type { RoutedEvent } from '#libs/events'
import { decideDelivery, fieldGroups, type PolicySet } from '#libs/policy'
import type { HubWord } from '../ingest/hub-event.js'
import type { Candidate } from './candidates.js'
import type { Facts } from './child-facts.js'
import { basisOf, deliveryQuestion } from './delivery-question.js'
import { hubId, type Agency } from './directory.js'
import { decideBy, deciderOf } from './review-of.js'

/** A recipient against which nothing stands but what the sender says itself. */
const anyone: Agency = { id: 'anyone', kind: 'council', services: [], areas: [], status: 'active' }
const named: Candidate = { agencyId: anyone.id, isAddressed: true, isRequested: true, isExcluded: false }
const agreed = { id: '', version: 0, inForce: true, fieldGroups }

/**
 * Whether rules leave it to a person who may have an event, by what its sender says of it alone. Who there is to have it, and
 * whether the child is known or hidden, is not asked: the sender is told alike of every child.
 */
export function isLeftToPerson(policies: PolicySet, event: RoutedEvent, known: Facts, nowMs: number): boolean {
  const objections = objectionsTo(event, known)
  const isDoubted = basisOf(event).detriment.outcome !== 'not-more-detrimental' || objections.length > 0
  if (event.agencyId === hubId || !isDoubted) return false
  const facts: Facts = { ...known, involvements: [], protection: 'none', isProvisional: false }
  const question = deliveryQuestion({ event, candidate: named, agency: anyone, agreements: [], facts, nowMs })
  return decideDelivery(policies, { ...question, objections, agreement: agreed }).outcome === 'REVIEW'
}

/** Whomever they are about; one that is upheld stops all only if it names nobody. */
function objectionsTo(event: RoutedEvent, { restraints }: Facts): readonly ('pending' | 'upheld' | 'refused')[] {
  const recorded = restraints.flatMap(({ kind, agencies }) =>
    kind === 'declined' ? [] : [{ outcome: kind, agencies }],
  )
  return [...(basisOf(event).objections ?? []), ...recorded]
    .filter(({ outcome, agencies = [] }) => outcome !== 'upheld' || agencies.length === 0)
    .map(({ outcome }) => outcome)
}

/** What those are told who decide: that a person of theirs does, at the sender in which role, and until when. */
export function wordOfReview(
  event: RoutedEvent,
  owner: string,
  at: { readonly nowMs: number; readonly hubNowMs: number },
): HubWord {
  const { eventId, acceptedAt: since, agencyId } = event
  const role = owner === agencyId ? deciderOf(event) : undefined
  const by = decideBy(event, at.hubNowMs).toISOString()
  return {
    ...{ eventId: newId(), type: 'hub.event.held', at: new Date(at.nowMs), urgency: event.event.data.urgency },
    body: { eventId, code: 'SHARING_REVIEW', since, decideBy: by, ...(role !== undefined && { role }) },
    addressed: [owner],
  }
}
