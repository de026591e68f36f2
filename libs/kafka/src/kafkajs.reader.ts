import type { Consumer, ConsumerGroupJoinEvent, EachBatchPayload, IHeaders, Kafka } from 'kafkajs'
import type { Logger } from '#libs/service'
import type { LogMessage, LogReader, ReaderState, ReadOptions, StartingPoint, TopicPartition } from './event-log.js'
import { errorFields, kafkaLog } from './kafka-log.js'

const firstBackOffMs = 1000
const maxBackOffMs = 30_000
const closeMs = 5000
/** How long a fetch waits at the broker where there is nothing; what comes meanwhile is answered at once. */
const usualWaitMs = 150
const manyBytes = 512 * 1024

/**
 * Reads through a kafkajs consumer and replaces it when it dies.
 *
 * kafkajs ends a consumer for good after an error it takes for final. Here every crash ends in a new consumer, 1 to 30 s
 * later. The handler only hands messages on, so the fetch loop, which alone sends heartbeats, is never kept waiting.
 */
export class KafkajsReader implements LogReader {
  private consumer: Consumer | undefined
  private current: ReaderState = 'joining'
  private assignments = 0
  private backOffMs = firstBackOffMs
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly kafka: Kafka,
    private readonly options: ReadOptions,
    private readonly logger: Logger,
  ) {
    void this.start()
  }

  seek({ topic, partition, offset }: StartingPoint): void {
    this.tell((consumer) => {
      consumer.seek({ topic, partition, offset: offset.toString() })
    })
  }

  pause({ topic, partition }: TopicPartition): void {
    this.tell((consumer) => {
      consumer.pause([{ topic, partitions: [partition] }])
    })
  }

  resume({ topic, partition }: TopicPartition): void {
    this.tell((consumer) => {
      consumer.resume([{ topic, partitions: [partition] }])
    })
  }

  report(next: readonly StartingPoint[]): void {
    if (this.current !== 'running') return
    const offsets = next.map(({ topic, partition, offset }) => ({ topic, partition, offset: offset.toString() }))
    this.consumer?.commitOffsets(offsets).catch(() => undefined)
  }

  state(): ReaderState {
    return this.current
  }

  async close(): Promise<void> {
    this.current = 'closed'
    this.assignments++
    clearTimeout(this.timer)
    const gone = this.consumer?.disconnect().catch(() => undefined)
    this.consumer = undefined
    await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, closeMs).unref())])
  }

  private async start(): Promise<void> {
    const consumer = this.kafka.consumer({
      groupId: this.options.group,
      sessionTimeout: 10_000,
      heartbeatInterval: 2000,
      rebalanceTimeout: 15_000,
      ...fetching(this.options.gatherMs),
      maxBytesPerPartition: 1_048_576,
      retry: {
        initialRetryTime: 100,
        maxRetryTime: 1000,
        retries: Number.MAX_SAFE_INTEGER,
        restartOnFailure: () => Promise.resolve(false),
      },
    })
    this.consumer = consumer
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      this.replace(consumer, payload.error)
    })
    consumer.on(consumer.events.GROUP_JOIN, (event) => {
      this.joined(consumer, event)
    })
    try {
      await consumer.connect()
      await consumer.subscribe({ topics: [...this.options.topics], fromBeginning: true })
      if (this.consumer !== consumer) return
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 4,
        eachBatch: (payload) => this.handOn(payload),
      })
    } catch (error) {
      this.replace(consumer, error)
    }
  }

  private replace(crashed: Consumer, error: unknown): void {
    if (this.consumer !== crashed) return
    this.consumer = undefined
    this.current = 'degraded'
    this.assignments++
    this.logger.error(kafkaLog.READER_REPLACED, { group: this.options.group, ...errorFields(error) })
    void crashed.disconnect().catch(() => undefined)
    this.timer = setTimeout(() => void this.start(), this.backOffMs)
    this.backOffMs = Math.min(maxBackOffMs, this.backOffMs * 2)
  }

  /** Runs before the first fetch after a join: holds every partition until its owner has said where to start. */
  private joined(consumer: Consumer, { payload }: ConsumerGroupJoinEvent): void {
    if (this.consumer !== consumer) return
    const assigned = Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic, partition })),
    )
    for (const at of assigned) this.pause(at)
    const assignment = ++this.assignments
    void this.startFrom(assignment, assigned)
  }

  private async startFrom(assignment: number, assigned: readonly TopicPartition[]): Promise<void> {
    for (let waitMs = 100; assignment === this.assignments; waitMs = Math.min(1000, waitMs * 2)) {
      try {
        const points = await this.options.onAssigned(assigned)
        if (assignment !== this.assignments) return
        for (const point of points) {
          this.seek(point)
          this.resume(point)
        }
        this.current = 'running'
        this.backOffMs = firstBackOffMs
        this.logger.info(kafkaLog.READER_ASSIGNED, { group: this.options.group, count: points.length })
        return
      } catch (error) {
        this.logger.warn(kafkaLog.ASSIGNMENT_RETRIED, { group: this.options.group, ...errorFields(error) })
        await new Promise((resolve) => setTimeout(resolve, waitMs))
      }
    }
  }

  private handOn(payload: EachBatchPayload): Promise<void> {
    if (payload.isStale() || !payload.isRunning()) return Promise.resolve()
    const { batch } = payload
    const { topic, partition } = batch
    const messages = batch.messages.map((message): LogMessage => ({
      topic,
      partition,
      offset: BigInt(message.offset),
      key: message.key ?? Buffer.alloc(0),
      value: message.value ?? Buffer.alloc(0),
      headers: plainHeaders(message.headers),
      timestampMs: Number(message.timestamp),
    }))
    this.options.onMessages({ topic, partition }, messages)
    payload.resolveOffset(batch.lastOffset())
    return Promise.resolve()
  }

  /** kafkajs throws when it is told something between two groups; the next assignment says it again. */
  private tell(what: (consumer: Consumer) => void): void {
    try {
      if (this.consumer) what(this.consumer)
    } catch {
      // not running: nothing to tell
    }
  }
}

/** An answer holds at least so many bytes, or comes after the wait. */
function fetching(gatherMs: number | undefined): { readonly minBytes: number; readonly maxWaitTimeInMs: number } {
  return gatherMs === undefined
    ? { minBytes: 1, maxWaitTimeInMs: usualWaitMs }
    : { minBytes: manyBytes, maxWaitTimeInMs: gatherMs }
}

function plainHeaders(headers: IHeaders | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name, String(Array.isArray(value) ? value[0] : value)]),
  )
}
