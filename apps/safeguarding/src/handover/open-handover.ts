import { newId, type Sql } from '#libs/postgres'
import type { DataKey } from '#libs/security'
import type { FlagRepository } from '../flag/flag.repository.js'
import type { InvolvementRepository } from '../involvement/involvement.repository.js'
import type { Provenance } from '../projection/provenance.js'
import type { World } from '../projection/world.js'
import { dueAt } from './clock.js'
import type { Depart } from './departures.js'
import type { HandoverRepository, NewHandover } from './handover.repository.js'
import { sealSubject, type Subject, type TellAgencies } from './tell.js'

/** The event that opens a handover: where it stands in the child's order, and the child sealed beside it. */
export interface Opening extends Provenance {
  readonly subject: Subject
  readonly key: DataKey
}

/** What opening a handover works with. */
export interface OpenHandoverParts {
  readonly handovers: HandoverRepository
  readonly involvements: InvolvementRepository
  readonly flags: FlagRepository
  readonly tell: TellAgencies
}

/**
 * Opens a handover for a departure and tells the agencies concerned; unless the same agency's departure of this kind
 * waits already, or the expected school had the child on its roll before the other took it off.
 */
export class OpenHandover {
  constructor(private readonly parts: OpenHandoverParts) {}

  async open(tx: Sql, departure: Depart, { from, world }: { from: Opening; world: World }): Promise<void> {
    const { handovers, flags, tell } = this.parts
    const up = await flags.kindsUp(tx, from.childId)
    if (departure.onlyOnPlan && !up.has('PROTECTION_PLAN')) return
    if (await this.isSettled(tx, departure, from)) return
    const council = await this.councilOf(tx, departure, from.childId)
    const openedAtMs = await handovers.hubNowMs(tx)
    const isHalved = up.has('PROTECTION_PLAN') || up.has('LOOKED_AFTER')
    const handover = handoverOf(departure, { from, world, council, openedAtMs, isHalved })
    await handovers.insert(tx, handover)
    await handovers.keepMove(tx, { id: handover.id, from: null, to: 'open', level: 0, ...moverOf(from) })
    await tell.tell(tx, 'opened', handover, from.key)
  }

  private async isSettled(
    tx: Sql,
    { kind, openedBy, expectedReceiver }: Depart,
    { childId, eventId }: Opening,
  ): Promise<boolean> {
    const waiting = await this.parts.handovers.waitingFor(tx, childId, kind)
    const own = waiting.find((handover) => handover.openedBy === openedBy)
    if (own) {
      await this.parts.handovers.addDeparture(tx, own.id, eventId)
      return true
    }
    if (kind !== 'school' || expectedReceiver === undefined) return false
    return this.parts.involvements.isRegistered(tx, childId, expectedReceiver)
  }

  private async councilOf(tx: Sql, { nearbyCouncil }: Depart, childId: string): Promise<string | undefined> {
    const [responsible] = await this.parts.involvements.responsibleFor(tx, childId)
    return responsible ?? nearbyCouncil
  }
}

function moverOf({ postedBy, eventId }: Provenance): { agencyId: string; eventId: string } {
  return { agencyId: postedBy, eventId }
}

function handoverOf(
  { kind, openedBy, openedOn, expectedReceiver, contact, area, dueByMs = Infinity }: Depart,
  on: { from: Opening; world: World; council: string | undefined; openedAtMs: number; isHalved: boolean },
): NewHandover {
  const { from, world, council, openedAtMs, isHalved } = on
  const rule = world.rules.get(kind)
  if (!rule) throw new Error(`There is no clock rule for the kind ${kind}`)
  const id = newId()
  const dueAtMs = Math.min(dueByMs, dueAt(rule, openedOn, world.calendar, area))
  return {
    ...{
      id,
      childId: from.childId,
      kind,
      state: 'open',
      level: 0,
      openedBy,
      openedOn,
      openedAtMs,
      expectedReceiver,
      council,
    },
    ...{ contact, dueAtMs, nextAtMs: dueAtMs, isHalved, wasDeclined: false, ruleVersion: rule.version },
    ...{ sourceEventId: from.eventId, sourceSeq: from.seq },
    ...{ subjectKeyId: from.key.id, sealedSubject: sealSubject(from.key, id, from.subject) },
  }
}
