import { isRefusedData, type Database, type Sql } from '#libs/postgres'
import type { KeyRing } from '#libs/security'
import { failureFields, logCodes, type Logger } from '#libs/service'
import type { World, WorldView } from '../projection/world.js'
import { levelAt } from './clock.js'
import { mayBecome } from './handover.js'
import type { HandoverRepository, StoredHandover } from './handover.repository.js'
import type { TellAgencies } from './tell.js'

const handoverLog = logCodes('handover', ['ESCALATED', 'SUBJECT_ERASED', 'PASSED_OVER'])
const atOnce = 50
const passedOverMs = 60_000

/** What escalation works with. */
export interface EscalateParts {
  readonly database: Pick<Database, 'transaction'>
  readonly handovers: HandoverRepository
  readonly world: WorldView
  readonly tell: TellAgencies
  readonly keyRing: Pick<KeyRing, 'keyById'>
  readonly logger: Logger
}

/**
 * Moves every handover whose time has come one level up and says so, once a level, whatever runs twice. One of a child whose
 * birth identity was sealed closes without a destination, and nobody is told: two guardians decided it. Each goes up in a
 * transaction of its own: one that cannot, whose child will not open, is passed over for a minute and keeps nobody waiting.
 *
 * @see domain.md §6
 */
export class Escalate {
  private readonly passedOver = new Map<string, number>()

  constructor(
    private readonly parts: EscalateParts,
    private readonly steadyMs: () => number = () => performance.now(),
  ) {}

  /** @returns how many went up; more may wait if it is as many as one turn takes */
  async escalateDue(): Promise<number> {
    const { database, handovers, world } = this.parts
    for (const [id, untilMs] of this.passedOver) if (untilMs <= this.steadyMs()) this.passedOver.delete(id)
    const now = await world.now()
    const due = await database.transaction(async (tx) => {
      await handovers.reopenUnsealed(tx)
      return handovers.due(tx, atOnce, [...this.passedOver.keys()])
    })
    for (const id of due) await this.takeStep(id, now)
    return due.length
  }

  private async takeStep(id: string, world: World): Promise<void> {
    try {
      await this.parts.database.transaction((tx) => this.step(tx, id, world))
    } catch (error) {
      if (isOfDatabase(error)) throw error
      this.passedOver.set(id, this.steadyMs() + passedOverMs)
      this.parts.logger.error(handoverLog.PASSED_OVER, { handoverId: id, ...failureFields(error) })
    }
  }

  private async step(tx: Sql, id: string, { calendar, directory }: World): Promise<void> {
    const { handovers } = this.parts
    const handover = await handovers.stillDue(tx, id)
    if (!handover) return
    if ((await handovers.sealedAmong(tx, [handover.childId])).has(handover.childId)) {
      await this.close(tx, handover)
      return
    }
    const area = directory.byId(handover.openedBy)?.areas[0]
    const level = handover.level + 1
    await this.escalate(tx, { ...handover, level, nextAtMs: levelAt(level + 1, handover, calendar, area) }, handover)
  }

  private async close(tx: Sql, handover: StoredHandover): Promise<void> {
    const { handovers } = this.parts
    const to = 'closed-by-custodian'
    if (!mayBecome(handover.state, to)) throw new Error('A handover that does not wait cannot be closed')
    await handovers.save(tx, { ...handover, state: to, nextAtMs: undefined })
    await handovers.keepMove(tx, {
      ...{ id: handover.id, from: handover.state, to, level: handover.level },
      agencyId: 'waymark-hub',
    })
  }

  private async escalate(tx: Sql, next: StoredHandover, before: StoredHandover): Promise<void> {
    const { handovers, tell, keyRing, logger } = this.parts
    if (!mayBecome(before.state, 'overdue')) throw new Error('A handover that does not wait cannot be overdue')
    const { id, kind, level } = next
    await handovers.save(tx, { ...next, state: 'overdue' })
    if (!(await handovers.claimLevel(tx, next, level))) return
    await handovers.keepMove(tx, { id, from: before.state, to: 'overdue', level })
    const key = await keyRing.keyById(next.subjectKeyId)
    if (!key) logger.warn(handoverLog.SUBJECT_ERASED, { handoverId: id })
    else await tell.tell(tx, 'overdue', { ...next, state: 'overdue' }, key)
    logger.info(handoverLog.ESCALATED, { handoverId: id, kind, level })
  }
}

/** The database is away or busy: that is nobody's handover's fault, and all are tried again in a second. */
function isOfDatabase(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && !isRefusedData(error)
}
