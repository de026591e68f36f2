import { ContractBroken } from '#libs/kafka'
import type { Sql } from '#libs/postgres'
import type { KeyRing } from '#libs/security'
import { logCodes, type Logger } from '#libs/service'
import { isHealthVisiting } from '../projection/directory.js'
import type { World } from '../projection/world.js'
import { levelAt } from './clock.js'
import type { Arrive } from './departures.js'
import { isWaiting, mayBecome, mayConfirm, mayDecline, type HandoverState } from './handover.js'
import type { HandoverRepository, StoredHandover } from './handover.repository.js'
import type { TellAgencies } from './tell.js'

/** The event by which a handover moves, and who posted it. */
export interface Word {
  readonly eventId: string
  readonly agencyId: string
  readonly childId: string
}

/** What settling works with. */
export interface SettleHandoverParts {
  readonly handovers: HandoverRepository
  readonly tell: TellAgencies
  readonly keyRing: Pick<KeyRing, 'keyById'>
  readonly logger: Logger
}

const handoverLog = logCodes('handover', ['CONFIRMED', 'DECLINED', 'WORD_IGNORED', 'REOPENED', 'RETRACTED', 'ERASED'])

/**
 * Moves handovers by the word of agencies. Whoever may not speak for the receiver changes nothing: the event stands in the
 * log, and the handover waits on. Nobody's word parks a child.
 */
export class SettleHandover {
  constructor(private readonly parts: SettleHandoverParts) {}

  /** The receiver has the child: its confirmation names the handover, and this child. That another arrived closes nothing. */
  async confirm(tx: Sql, handoverId: string, by: Word, { directory }: World): Promise<void> {
    const handover = await this.parts.handovers.byId(tx, handoverId)
    const poster = directory.byId(by.agencyId)
    const isVisitor = poster !== undefined && isHealthVisiting(poster)
    const mayClose =
      handover &&
      handover.childId === by.childId &&
      isWaiting(handover) &&
      mayConfirm(handover, { id: by.agencyId, isHealthVisiting: isVisitor })
    if (mayClose) await this.close(tx, handover, by)
    else this.ignore(handoverId, 'confirmed')
  }

  /** The expected receiver says no: it is open again with the child's council told, and its clock runs on. */
  async decline(tx: Sql, handoverId: string, by: Word): Promise<void> {
    const handover = await this.parts.handovers.byId(tx, handoverId)
    if (handover?.childId !== by.childId || !isWaiting(handover) || !mayDecline(handover, by.agencyId)) {
      this.ignore(handoverId, 'declined')
      return
    }
    const declined = await this.move(tx, { ...handover, wasDeclined: true }, 'declined', by)
    const open = await this.move(tx, declined, 'open', by)
    this.parts.logger.info(handoverLog.DECLINED, { handoverId, kind: handover.kind })
    await this.say(tx, 'opened', open)
  }

  /** The receiver's own event says that the child arrived. */
  async arrive(tx: Sql, { kind, agencyId, closesUnaddressed }: Arrive, by: Word): Promise<void> {
    for (const handover of await this.parts.handovers.waitingFor(tx, by.childId, kind)) {
      const { expectedReceiver, council } = handover
      const isForNobody = expectedReceiver === undefined || expectedReceiver === council
      if (expectedReceiver === agencyId || (closesUnaddressed && isForNobody)) await this.close(tx, handover, by)
    }
  }

  /**
   * Takes back what an event did to handovers: what it closed waits again; what it opened ends, unless its opener said by
   * another event too that the child left.
   */
  async retract(tx: Sql, eventId: string, by: Pick<Word, 'eventId' | 'agencyId'>, world: World): Promise<void> {
    const { handovers, logger } = this.parts
    for (const handover of await handovers.departedBy(tx, eventId, by.agencyId)) await this.end(tx, handover, by)
    for (const handover of await handovers.closedByEvent(tx, eventId)) {
      if (!(await handovers.hasDeparture(tx, handover.id))) continue
      const state = handover.level > 0 ? 'overdue' : 'open'
      const area = world.directory.byId(handover.openedBy)?.areas[0]
      const next = levelAt(handover.level + 1, handover, world.calendar, area)
      const waiting: StoredHandover = { ...handover, state, nextAtMs: next }
      await handovers.save(tx, waiting)
      await handovers.keepMove(tx, { id: handover.id, from: handover.state, to: state, level: handover.level, ...by })
      logger.info(handoverLog.REOPENED, { handoverId: handover.id, kind: handover.kind })
      await this.say(tx, 'opened', waiting)
    }
  }

  /** The child never left: nobody has to say that it arrived, and all who were told to wait for it hear so. */
  private async end(tx: Sql, handover: StoredHandover, by: Pick<Word, 'eventId' | 'agencyId'>): Promise<void> {
    if (await this.parts.handovers.hasDeparture(tx, handover.id)) return
    await this.parts.handovers.markRetracted(tx, handover.id, by.eventId)
    if (!isWaiting(handover)) return
    const ended = await this.move(tx, { ...handover, nextAtMs: undefined }, 'retracted', by)
    this.parts.logger.info(handoverLog.RETRACTED, { handoverId: handover.id, kind: handover.kind })
    await this.say(tx, 'closed', ended)
  }

  private async close(tx: Sql, handover: StoredHandover, by: Word): Promise<void> {
    const closed = await this.move(tx, { ...handover, nextAtMs: undefined }, 'confirmed', by)
    this.parts.logger.info(handoverLog.CONFIRMED, {
      handoverId: handover.id,
      kind: handover.kind,
      level: handover.level,
    })
    await this.say(tx, 'closed', closed)
  }

  private async move(
    tx: Sql,
    handover: StoredHandover,
    to: HandoverState,
    by: Pick<Word, 'eventId' | 'agencyId'>,
  ): Promise<StoredHandover> {
    if (!mayBecome(handover.state, to)) throw new ContractBroken('CONTRACT_BROKEN')
    // A declined handover has no clock of its own: it is open again in the same transaction, and the clock runs on.
    const moved = { ...handover, state: to }
    await this.parts.handovers.save(tx, to === 'declined' ? { ...moved, nextAtMs: undefined } : moved, by)
    const { agencyId, eventId } = by
    await this.parts.handovers.keepMove(tx, {
      id: handover.id,
      from: handover.state,
      to,
      level: handover.level,
      agencyId,
      eventId,
    })
    return moved
  }

  private async say(tx: Sql, news: 'opened' | 'closed', handover: StoredHandover): Promise<void> {
    const key = await this.parts.keyRing.keyById(handover.subjectKeyId)
    // The child's key was destroyed: there is nobody left to tell about.
    if (!key) this.parts.logger.warn(handoverLog.ERASED, { handoverId: handover.id })
    else await this.parts.tell.tell(tx, news, handover, key)
  }

  private ignore(handoverId: string, outcome: string): void {
    this.parts.logger.warn(handoverLog.WORD_IGNORED, { handoverId, outcome })
  }
}
