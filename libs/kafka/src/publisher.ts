import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '#libs/postgres'
import type { Logger } from '#libs/service'
import type { EventLog, OutgoingMessage } from './event-log.js'
import type { JustWritten } from './just-written.js'
import { errorFields, kafkaLog } from './kafka-log.js'
import { isAnythingUnpublished, markPublished, numberRows, unpublishedRows, type OutboxRow } from './outbox-rows.js'
import type { Lease, RelayLeases } from './relay-lease.js'
import { Signal } from './signal.js'

/** A row that an older open transaction holds back is looked for again after this time. */
const heldBackMs = 5
const busyForMs = 500
/**
 * After a take the loop rests half as long as it worked, within these bounds and unless more rows wait than one takes: what is
 * slow, since much is to be done, is done less often and in larger batches, which cost less, here and with all who read
 * them. The first row after a pause goes at once. Nobody waits for numbered messages.
 */
const restFactor = 0.5
const fewestRestMs = 5
const mostRestMs = 30
const numberedPaceMs = 250
const withoutLeaseMs = 500
const idleMs = 60_000
const firstRetryMs = 100
const maxRetryMs = 1000

interface PublisherOptions {
  readonly database: Pick<Database, 'query' | 'transaction'>
  readonly schema: string
  readonly eventLog: EventLog
  readonly logger: Logger
  readonly leases: RelayLeases
  readonly shards: readonly number[]
  readonly numberedTopics: readonly string[]
  /** Whether this one publishes the numbered topics or all the others. */
  readonly isNumbered: boolean
  /** Asked before each take; see `RelayOptions.pace`. */
  readonly take?: (() => Promise<void>) | undefined
  /** See `RelayOptions.justWritten`. */
  readonly justWritten?: JustWritten | undefined
  /** Called after rows were published. */
  readonly onPublished: () => void
}

/** So many rows say that more are waiting. */
const fullBatch = 500

/** One loop that takes rows in order, sends them and notes where they went; nothing is sent before that is done. */
export class Publisher {
  private readonly signal = new Signal()
  private readonly running: Promise<void>
  private isStopped = false
  private busyUntil = 0

  constructor(private readonly options: PublisherOptions) {
    this.running = this.run()
  }

  nudge(): void {
    this.busyUntil = Date.now() + busyForMs
    this.signal.set()
  }

  async stop(): Promise<void> {
    this.isStopped = true
    this.signal.set()
    await this.running
  }

  private async run(): Promise<void> {
    let retryMs = firstRetryMs
    while (!this.isStopped) {
      try {
        const waitMs = await this.publishOnce()
        retryMs = firstRetryMs
        if (waitMs > 0) await this.signal.wait(waitMs)
      } catch (error) {
        this.options.logger.warn(kafkaLog.RELAY_RETRIED, { schema: this.options.schema, ...errorFields(error) })
        this.options.leases.forget()
        await this.signal.wait(retryMs)
        retryMs = Math.min(maxRetryMs, retryMs * 2)
      }
    }
  }

  /** @returns how long to wait before the next look */
  private async publishOnce(): Promise<number> {
    const leases = await this.options.leases.hold(Date.now())
    if (leases.length === 0) return withoutLeaseMs
    await this.options.take?.()
    const takenAtMs = performance.now()
    const rows = await unpublishedRows(this.options.database, this.options.schema, {
      shards: this.options.isNumbered ? this.options.shards : leases.map(({ shard }) => shard),
      topics: this.options.numberedTopics,
      isNumbered: this.options.isNumbered,
      justWritten: this.options.justWritten,
    })
    if (rows.length > 0) await this.publish(rows, leases)
    if (rows.length >= fullBatch) return 0
    if (rows.length > 0) await this.rest(performance.now() - takenAtMs)
    return this.nextLookMs()
  }

  private async rest(workedMs: number): Promise<void> {
    const restMs = Math.min(mostRestMs, Math.max(fewestRestMs, restFactor * workedMs))
    await sleep(this.options.isNumbered ? Math.max(0, numberedPaceMs - workedMs) : restMs)
  }

  /** Whoever was nudged meanwhile looks at once: a wake-up is kept until it is waited for. */
  private async nextLookMs(): Promise<number> {
    return !this.signal.isDue && (await this.isHeldBack()) ? heldBackMs : idleMs
  }

  /** Soon after a nudge: whether there are rows that cannot be taken yet. The relay's own poll finds those left later. */
  private async isHeldBack(): Promise<boolean> {
    const { database, schema, numberedTopics: topics, isNumbered } = this.options
    return Date.now() < this.busyUntil && isAnythingUnpublished(database, schema, { topics, isNumbered })
  }

  private async publish(rows: readonly OutboxRow[], leases: readonly Lease[]): Promise<void> {
    const { database, schema, eventLog, logger, justWritten } = this.options
    const messages = await this.messagesOf(rows, leases)
    const offsets = messages && (await eventLog.append(messages))
    if (!offsets || !(await markPublished(database, schema, { rows, offsets, leases }))) {
      logger.warn(kafkaLog.LEASE_LOST, { schema })
      this.options.leases.forget()
    } else for (const { event_id } of rows) justWritten?.drop(event_id)
    this.busyUntil = Date.now() + busyForMs
    this.options.onPublished()
  }

  private async messagesOf(
    rows: readonly OutboxRow[],
    leases: readonly Lease[],
  ): Promise<readonly OutgoingMessage[] | undefined> {
    if (!this.options.isNumbered) return rows.map((row) => messageOf(row))
    const [lease] = leases
    const numbers = lease && (await numberRows(this.options.database, this.options.schema, rows, lease))
    return numbers && rows.map((row, index) => messageOf(row, numbers[index]))
  }
}

function messageOf(row: OutboxRow, number?: string): OutgoingMessage {
  const headers = Object.fromEntries(Object.entries(row.headers).map(([name, value]) => [name, String(value)]))
  return {
    topic: row.topic,
    partition: row.part,
    key: row.key,
    value: row.value,
    headers: { ...headers, 'event-id': row.event_id, ...(number !== undefined && { number }) },
  }
}
