import type { ConsumerOptions } from './consumer.js'
import type { BatchOutcome } from './inbox.js'
import { errorFields, kafkaLog } from './kafka-log.js'
import { noteRefusal, waitingLanes } from './parking.js'
import { isTimeout, isTransient, refusalOf } from './refusal.js'

const sweepMs = 500

/** Opens parked lanes: at an operator's word, or by itself when a missing message came or another reader let go. */
export class LaneKeeper {
  private readonly unblocked = new Map<string, Buffer>()
  private isAnyWaiting = true
  private sweepAtMs = 0

  constructor(
    private readonly options: Pick<ConsumerOptions<never>, 'database' | 'schema' | 'group' | 'logger'>,
    private readonly drainLane: (lane: Buffer) => Promise<'drained' | 'still-parked' | 'not-parked'>,
  ) {}

  /** Takes note of what a batch parked and unblocked. */
  note({ parked, repeated, unblocked }: BatchOutcome): void {
    const { logger, group } = this.options
    if (repeated > 0) logger.debug(kafkaLog.SEQUENCE_REPEATED, { group, count: repeated })
    for (const { class: kind, code } of parked) logger.error(kafkaLog.LANE_PARKED, { group, kind, reason: code })
    for (const lane of unblocked) this.unblocked.set(lane.toString('hex'), lane)
    if (parked.some(({ class: kind }) => kind === 'sequence' || kind === 'upstream')) this.isAnyWaiting = true
  }

  /** Another member may have left lanes waiting, or this one, where it never heard that its commit held. */
  lookAgain(): void {
    this.isAnyWaiting = true
  }

  /** Opens what can be opened. @returns when to come again: Infinity when nothing waits */
  async sweep(nowMs: number): Promise<number> {
    for (const [name, lane] of this.unblocked) {
      this.unblocked.delete(name)
      await this.drain(lane)
    }
    if (!this.isAnyWaiting) return Infinity
    if (nowMs < this.sweepAtMs) return this.sweepAtMs - nowMs
    const lanes = await waitingLanes(this.options.database, this.options)
    for (const lane of lanes) await this.drain(lane)
    this.isAnyWaiting = lanes.length > 0
    this.sweepAtMs = nowMs + sweepMs
    return sweepMs
  }

  async drain(lane: Buffer): Promise<'drained' | 'still-parked' | 'not-parked' | 'refused'> {
    const { database, logger, group } = this.options
    try {
      const outcome = await this.drainLane(lane)
      if (outcome === 'drained') logger.info(kafkaLog.LANE_DRAINED, { group })
      return outcome
    } catch (error) {
      if (isTransient(error) || isTimeout(error)) throw error
      logger.error(kafkaLog.DRAIN_REFUSED, { group, ...errorFields(error) })
      await noteRefusal(database, this.options, lane, refusalOf(error))
      return 'refused'
    }
  }
}
