import { setImmediate as othersTurn } from 'node:timers/promises'
import type { PolicySet } from '#libs/policy'
import type { RoutedEvent } from '#libs/events'
import { newId, type OutboxMessage, type Sql } from '#libs/postgres'
import { inFewMessages, type AccessRecorder, type DataKey, type ProgramKeys } from '#libs/security'
import type { AgreementBook } from '../basis/agreement-book.js'
import type { Kept } from '../basis/kept.js'
import type { CopiesInHand } from '../delivery/copies-in-hand.js'
import type { DeliveryRepository, ReviewTask } from '../delivery/delivery.repository.js'
import type { NewSlot } from '../delivery/new-slot.js'
import { slotOf } from '../delivery/slot-of.js'
import type { WithdrawCopies } from '../delivery/withdraw-copies.js'
import type { HubWord } from '../ingest/hub-event.js'
import { isContractBroken, movesNothing, wordOfBrokenContract } from './broken-contract.js'
import { considered, type Considered } from './candidates.js'
import { asOfUnknown, type Facts } from './child-facts.js'
import { decide, toldOutcome, type Decision } from './decision.js'
import { hubId, type Directory } from './directory.js'
import { dueAtOf, guardianDeskOf } from './due.js'
import { referredEvent, subjectOf, type FactsAt, type FactsRepository } from './facts.repository.js'
import { factsName, type JustRouted } from './just-routed.js'
import { isLeftToPerson, wordOfReview } from './left-to-person.js'
import { recordDecisions } from './record-decisions.js'
import { reviewsOf } from './review-of.js'

/** An event as it came from the log, with the key that opened it. */
export interface ArrivedEvent {
  readonly event: RoutedEvent
  readonly key: DataKey
}

export interface RouteEventsParts {
  readonly policies: PolicySet
  readonly directory: Kept<Directory>
  readonly agreements: Kept<AgreementBook>
  readonly facts: FactsRepository
  readonly deliveries: DeliveryRepository
  readonly withdraw: WithdrawCopies
  readonly recorder: AccessRecorder
  readonly keys: ProgramKeys
  /** Adds words of the hub's own to the transaction. */
  readonly say: (tx: Sql, words: readonly HubWord[]) => Promise<void>
  /** Copies are left here for the feeds that wait. */
  readonly inHand: CopiesInHand
  /** Those whose child was joined with another while they were on their way are about that one, and so are their rows. */
  readonly joined: {
    readonly asTheyAre: (tx: Sql, arrived: readonly ArrivedEvent[]) => Promise<readonly ArrivedEvent[]>
    readonly move: (tx: Sql, moved: readonly RoutedEvent[], among: readonly string[]) => Promise<void>
  }
}

/** What routing one event leaves behind. */
interface Routed {
  readonly decisions: readonly Decision[]
  readonly slots: readonly NewSlot[]
  readonly records: readonly OutboxMessage[]
  readonly reviews: readonly ReviewTask[]
}

interface Surroundings {
  readonly directory: Directory
  readonly agreements: AgreementBook
  readonly at: FactsAt
  /** Who will have a copy of each event of the batch that was decided so far. */
  readonly planned: Map<string, Pick<Facts, 'holdings' | 'toldHoldings'>>
}

/** Routing shares its thread with the door: between so many events those who wait for an answer have a turn. */
const atOnce = 8

/**
 * Routes events: who might have each, what each of them may have, and a numbered, sealed copy for those who may; all of it
 * in the transaction that marks the event as routed.
 */
export class RouteEvents {
  constructor(private readonly parts: RouteEventsParts) {}

  /**
   * Rows are locked once for the whole batch, in the order of everybody who locks them: slots first, then what else is written.
   *
   * @returns what the feeds have once the transaction commits
   */
  async route(tx: Sql, batch: readonly ArrivedEvent[]): Promise<JustRouted> {
    const [directory, agreements] = await Promise.all([this.parts.directory.get(), this.parts.agreements.get()])
    const [arrived, at] = await this.factsOf(tx, batch)
    const withdrawn = await this.parts.withdraw.takeBack(
      tx,
      arrived.map(({ event }) => event),
      at.hubNowMs,
    )
    const routed = await this.routeAll(arrived, { directory, agreements, at, planned: new Map() })
    const slots = [...withdrawn, ...routed.flatMap((one) => one.slots)]
    this.parts.deliveries.write(tx, {
      decisions: routed.flatMap((one) => one.decisions),
      slots,
      records: inFewMessages(routed.flatMap((one) => one.records)),
    })
    this.parts.deliveries.openReviews(
      tx,
      routed.flatMap((one) => one.reviews),
    )
    await this.tell(tx, arrived, routed, at)
    return {
      numbered: counted(slots.map(({ recipient }) => recipient)),
      known: { at, of: new Map(arrived.map(({ event }, n) => [factsNameOf(event), at.facts[n] as Facts])) },
    }
  }

  /**
   * Whoever posted a word that moved no handover hears that it was not taken; whoever posted an event that is left to a person
   * of its own, hears of it before the clock has run out, and so does the guardian desk of what only it may be asked.
   */
  private async tell(tx: Sql, arrived: readonly ArrivedEvent[], routed: readonly Routed[], at: FactsAt): Promise<void> {
    const words = arrived.flatMap(({ event }, n): readonly HubWord[] => {
      const facts = at.facts[n] as Facts
      if (isContractBroken(event, facts)) return [wordOfBrokenContract(event, at.nowMs)]
      const isSenders = isLeftToPerson(this.parts.policies, event, facts, at.nowMs)
      const isDesks = routed[n]?.reviews.some(({ owner }) => owner === hubId)
      return [...(isSenders ? [event.agencyId] : []), ...(isDesks ? [hubId] : [])].map((owner) =>
        wordOfReview(event, owner, at),
      )
    })
    if (words.length > 0) await this.parts.say(tx, words)
  }

  /** The events as they are once those have moved whose child was joined with another, and the facts about them. */
  private async factsOf(tx: Sql, batch: readonly ArrivedEvent[]): Promise<[readonly ArrivedEvent[], FactsAt]> {
    const load = (events: readonly ArrivedEvent[]) =>
      this.parts.facts.load(
        tx,
        events.map(({ event }) => subjectOf(event)),
      )
    // Hardly ever is a child joined while an event of it is on its way: both are asked in one trip.
    const [arrived, at] = await Promise.all([this.parts.joined.asTheyAre(tx, batch), load(batch)])
    const events = arrived.map(({ event }) => event)
    const moved = events.filter(({ child }, n) => child?.childId !== batch[n]?.event.child?.childId)
    const withdrawn = await this.parts.withdraw.lock(tx, events, moved)
    if (moved.length === 0) return [arrived, at]
    await this.parts.joined.move(tx, moved, [...events.map(({ eventId }) => eventId), ...withdrawn])
    return [arrived, await load(arrived)]
  }

  private async routeAll(arrived: readonly ArrivedEvent[], around: Surroundings): Promise<readonly Routed[]> {
    const routed: Routed[] = []
    for (let from = 0; from < arrived.length; from += atOnce) {
      if (from > 0) await othersTurn()
      const some = arrived.slice(from, from + atOnce)
      routed.push(...(await Promise.all(some.map((one, n) => this.routeOne(one, from + n, around)))))
    }
    return routed
  }

  private async routeOne({ event, key }: ArrivedEvent, n: number, around: Surroundings): Promise<Routed> {
    const { directory, at } = around
    const facts = factsIn(around, event, n)
    const candidates = movesNothing(event, facts) ? [] : considered({ event, facts, directory, nowMs: at.nowMs })
    const decisions = candidates.map((one) => this.decideFor(event, n, one, { ...around, facts }))
    const ackDueAt = dueAtOf(event, at.hubNowMs)
    const slots = decisions.flatMap((decision): NewSlot[] => {
      const recipient = directory.find(decision.recipient)
      if (decision.outcome !== 'PERMIT' || !recipient) return []
      const { slot, jwe } = slotOf(this.parts.keys, {
        ...{ event, decision, recipient, facts, key },
        poster: directory.find(event.agencyId),
        ackRequiredBy: ackDueAt,
        guardianDesk: guardianDeskOf(directory),
      })
      this.parts.inHand.add(decision.decisionId, slot.recipient, jwe)
      return [slot]
    })
    around.planned.set(event.eventId, plannedBy(decisions, slots))
    const records = await recordDecisions(this.parts.recorder, event, decisions)
    return {
      decisions,
      slots,
      records,
      reviews: reviewsOf(event, decisions, at.hubNowMs),
    }
  }

  private decideFor(
    event: RoutedEvent,
    n: number,
    { candidate, ifUnknown }: Considered,
    { directory, agreements, at, facts }: Surroundings & { readonly facts: Facts },
  ): Decision {
    const role = candidate.role === undefined ? undefined : directory.role(candidate.role)
    const ofRole = role && agreements.find(role.agreementId)
    const senderAgreement = agreements.find(at.agreementIds[n] ?? '')
    return decide(this.parts.policies, {
      decisionId: newId(),
      event,
      candidate,
      ...(ifUnknown && { told: { candidate: ifUnknown, facts: asOfUnknown(facts) } }),
      agency: directory.find(candidate.agencyId),
      agreements: ofRole ? [ofRole] : agreements.of(candidate.agencyId),
      ...(senderAgreement && { senderAgreement }),
      facts,
      nowMs: at.nowMs,
    })
  }
}

function factsNameOf({ eventId, agencyId, child }: RoutedEvent): string {
  return factsName({ about: eventId, sender: agencyId, ...(child && { childId: child.childId }) })
}

/** What is known of an event; of one that refers to an earlier one of its batch, also who will have that. */
function factsIn({ at, planned }: Surroundings, event: RoutedEvent, n: number): Facts {
  const facts = at.facts[n] as Facts
  const more = planned.get(referredEvent({ event: event.event }) ?? '')
  if (!more) return facts
  return {
    ...facts,
    holdings: [...facts.holdings, ...more.holdings],
    toldHoldings: [...facts.toldHoldings, ...more.toldHoldings],
  }
}

/** Who will have a copy, and who would as far as the sender is told. */
function plannedBy(
  decisions: readonly Decision[],
  slots: readonly NewSlot[],
): Pick<Facts, 'holdings' | 'toldHoldings'> {
  const holdings = slots.map(({ recipient }) => ({ recipient, isSent: false, isCopy: true }))
  const concealed = decisions.filter((decision) => toldOutcome(decision) !== decision.outcome)
  const unreal = concealed.filter((decision) => toldOutcome(decision) === 'PERMIT' && decision.recipient !== hubId)
  const untold = new Set(concealed.map(({ recipient }) => recipient))
  return {
    holdings,
    toldHoldings: [
      ...holdings.filter(({ recipient }) => !untold.has(recipient)),
      ...unreal.map(({ recipient }) => ({ recipient, isSent: false, isCopy: true })),
    ],
  }
}

function counted(lines: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1)
  return counts
}
