import type { Consumer, ConsumerHealth, ConsumerOptions } from './consumer.js'
import type { LogMessage, LogReader, StartingPoint, TopicPartition } from './event-log.js'
import { Inbox, type BatchOutcome, type Item } from './inbox.js'
import { Intake } from './intake.js'
import { errorFields, kafkaLog } from './kafka-log.js'
import { LaneKeeper } from './lane-keeper.js'
import { Limits } from './limits.js'
import { startingPoints } from './starting-points.js'
import { isTimeout, isTransient, OffsetTaken, refusalOf } from './refusal.js'
import { Signal } from './signal.js'

const maxBatch = 500
/** Smaller batches do less in a second, not more: each costs its round trips. Only a single bad one is cut further. */
const minBatch = 50
const slowMs = 250
const idleMs = 1000
const reportMs = 5000
const firstRetryMs = 100
const maxRetryMs = 1000

/** The loop of one consumer: take what is ready, decode, apply, and again. All its work is done in turns, one at a time. */
export class GroupConsumer<D> implements Consumer {
  private readonly intake = new Intake()
  private readonly inbox: Inbox<D>
  private readonly limits: Limits
  private readonly lanes: LaneKeeper
  private readonly reader: LogReader
  private readonly signal = new Signal()
  private readonly running: Promise<void>
  private readonly reporting: NodeJS.Timeout
  private readonly astray = new Map<string, TopicPartition>()
  private turn: Promise<unknown> = Promise.resolve()
  private batchSize = maxBatch
  private isRetrying = false
  private isStopped = false

  constructor(private readonly options: ConsumerOptions<D>) {
    this.inbox = new Inbox({
      ...options,
      decode: (message) => options.decode(message),
      apply: (tx, items) => options.apply(tx, items),
      afterCommit: () => options.afterCommit?.(),
    })
    this.limits = new Limits(options)
    this.lanes = new LaneKeeper(options, (lane) => this.inbox.drain(lane))
    this.reader = options.eventLog.read({
      group: options.group,
      topics: options.topics,
      ...(options.gatherMs !== undefined && { gatherMs: options.gatherMs }),
      onAssigned: (partitions) => this.inTurn(() => this.assign(partitions)),
      onMessages: (from, messages) => {
        this.receive(from, messages)
      },
    })
    this.reporting = setInterval(() => {
      this.reader.report(this.intake.progress())
    }, reportMs)
    this.reporting.unref()
    this.running = this.run()
  }

  drain(lane: Buffer): ReturnType<Consumer['drain']> {
    return this.inTurn(() => this.lanes.drain(lane))
  }

  hear(announcement: string): void {
    this.limits.hear(announcement)
    this.signal.set()
  }

  health(): ConsumerHealth {
    const oldestMs = Math.min(...this.intake.heads().map(({ timestampMs }) => timestampMs))
    return {
      state: this.reader.state(),
      isRetrying: this.isRetrying,
      queued: this.intake.size(),
      lagSeconds: Number.isFinite(oldestMs) ? Math.max(0, Date.now() - oldestMs) / 1000 : 0,
    }
  }

  async stop(): Promise<void> {
    this.isStopped = true
    clearInterval(this.reporting)
    this.signal.set()
    await this.running
    this.reader.report(this.intake.progress())
    await this.reader.close()
  }

  private async run(): Promise<void> {
    let retryMs = firstRetryMs
    while (!this.isStopped) {
      try {
        const waitMs = await this.inTurn(() => this.step())
        this.isRetrying = false
        retryMs = firstRetryMs
        if (waitMs > 0) await this.signal.wait(waitMs)
      } catch (error) {
        this.isRetrying = true
        this.options.logger.warn(kafkaLog.BATCH_RETRIED, { group: this.options.group, ...errorFields(error) })
        await new Promise((resolve) => setTimeout(resolve, retryMs))
        retryMs = Math.min(maxRetryMs, retryMs * 2)
      }
    }
  }

  /** @returns how long to wait before the next step, unless woken */
  private async step(): Promise<number> {
    await this.realign()
    const sweepMs = await this.lanes.sweep(Date.now())
    const waitMs = await this.limits.refresh(this.intake.heads(), Date.now())
    const messages = this.intake.peek(this.batchSize, (at) => this.limits.of(at))
    if (messages.length === 0) return Math.min(idleMs, waitMs, sweepMs)
    const startedMs = Date.now()
    await this.applyAll(await this.inbox.decode(messages))
    const isSlow = Date.now() - startedMs > slowMs
    this.batchSize = isSlow
      ? Math.max(minBatch, Math.floor(this.batchSize / 2))
      : Math.min(maxBatch, this.batchSize * 2)
    return 0
  }

  /** Applies items; a batch that is refused is halved until the message at fault stands alone, and its lane is parked. */
  private async applyAll(items: readonly Item<D>[]): Promise<void> {
    try {
      this.committed(items, await this.inbox.apply(items, (at) => this.intake.committed(at)))
    } catch (error) {
      if (error instanceof OffsetTaken) this.lostOffsets(items)
      else if (isTransient(error)) throw error
      else await this.isolate(items, error)
    }
  }

  private async isolate(items: readonly Item<D>[], error: unknown): Promise<void> {
    const [only, second] = items
    if (!only) return
    if (second) {
      const half = Math.ceil(items.length / 2)
      const { group, logger } = this.options
      logger.warn(kafkaLog.BATCH_SPLIT, { group, count: items.length, ...errorFields(error) })
      await this.applyAll(items.slice(0, half))
      if (this.astray.size === 0) await this.applyAll(items.slice(half))
      return
    }
    // A statement that takes too long for one message, or a message that cannot even be parked, is not the message's fault.
    if (isTimeout(error) || only.refusal) throw error
    await this.applyAll([{ ...only, refusal: refusalOf(error) }])
  }

  private lostOffsets(items: readonly Item<D>[]): void {
    this.options.logger.warn(kafkaLog.OFFSET_TAKEN, { group: this.options.group })
    for (const { message } of items) this.markAstray(message)
  }

  private committed(items: readonly Item<D>[], outcome: BatchOutcome): void {
    for (const at of this.intake.done(items.map(({ message }) => message))) this.reader.resume(at)
    this.lanes.note(outcome)
  }

  private receive(from: TopicPartition, messages: readonly LogMessage[]): void {
    const admission = this.intake.add(from, messages)
    if (admission === 'full') this.reader.pause(from)
    if (admission === 'gap') this.markAstray(from)
    this.signal.set()
  }

  private markAstray({ topic, partition }: TopicPartition): void {
    this.astray.set(`${topic}/${partition}`, { topic, partition })
  }

  private async assign(partitions: readonly TopicPartition[]): Promise<readonly StartingPoint[]> {
    const points = await startingPoints(this.options, partitions)
    this.intake.assign(points)
    this.lanes.lookAgain()
    this.astray.clear()
    this.limits.forget()
    return points
  }

  /** Takes partitions back to where PostgreSQL says they are. */
  private async realign(): Promise<void> {
    if (this.astray.size === 0) return
    const astray = [...this.astray]
    const points = await startingPoints(
      this.options,
      astray.map(([, at]) => at),
    )
    this.lanes.lookAgain()
    for (const [name] of astray) this.astray.delete(name) // and none of those that have gone astray meanwhile
    for (const point of points) {
      this.intake.restart(point)
      this.reader.seek(point)
      this.reader.resume(point)
    }
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work, work)
    this.turn = mine.catch(() => undefined)
    return mine
  }
}
