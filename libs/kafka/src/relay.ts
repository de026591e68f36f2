import { randomUUID } from 'node:crypto'
import type { Database } from '#libs/postgres'
import type { Logger } from '#libs/service'
import type { EventLog } from './event-log.js'
import type { JustWritten } from './just-written.js'
import { errorFields, kafkaLog } from './kafka-log.js'
import { isAnythingUnpublished, publishedTopics } from './outbox-rows.js'
import { Publisher } from './publisher.js'
import { numberingShard, RelayLeases } from './relay-lease.js'
import { republishLost, settle, type RequiredReaders } from './settle.js'
import { Signal } from './signal.js'
import { readTopics } from './topics.js'

export interface RelayOptions {
  readonly database: Pick<Database, 'query' | 'transaction'>
  /** The schema whose outbox is published. */
  readonly schema: string
  readonly eventLog: EventLog
  readonly logger: Logger
  /**
   * Makes a pace for one loop of the relay, which asks it before each take; it resolves when rows may be taken. As fast as
   * can be unless told.
   *
   * @param isNumbered - whether the loop publishes the numbered topics, or all the others
   */
  readonly pace?: (isNumbered: boolean) => () => Promise<void>
  /** What this program wrote a moment ago and tells of: not read back from the outbox. All is read unless told. */
  readonly justWritten?: JustWritten
  /** Shards of the outbox, 0 to `shards` - 1; 4 unless told. */
  readonly shards?: number
  /** Per topic the views that must have a message before its row may go; those of `topics.json` unless told. */
  readonly requiredReaders?: RequiredReaders
  /** Topics whose messages get a gap-free header `number` per schema; those of `topics.json` unless told. */
  readonly numberedTopics?: readonly string[]
}

/** How much an outbox holds. */
interface OutboxDepth {
  readonly unpublished: number
  /** Published, but not yet in the inbox of every required reader. */
  readonly unsettled: number
  /** Age of the oldest unpublished row; 0 when there is none. */
  readonly oldestSeconds: number
}

/** A running relay. */
export interface Relay {
  /** Looks at the outbox now: call it after each commit that wrote to it, or {@link nudgeNumbered} where that is all. */
  nudge(): void
  /** Looks for messages of numbered topics only. */
  nudgeNumbered(): void
  depth(): Promise<OutboxDepth>
  /** Finishes what is being sent, for 5 s at most, and gives the leases back. */
  stop(): Promise<void>
}

const idlePollMs = 250
/** Rows are settled every fourth poll, lost ones looked for every twentieth. */
const settleEvery = 4
const repairEvery = 20
/** A send waits while there is no broker; a relay that stops does not wait with it. */
const stopMs = 5000

/**
 * Publishes an outbox to the event log: at least once, in order per shard, and keeps each row until every required reader
 * has its message.
 *
 * Survives the loss of PostgreSQL and of the log at any point; a repeat is possible then, a loss is not.
 */
export function startRelay(options: RelayOptions): Relay {
  return new OutboxRelay(options)
}

class OutboxRelay implements Relay {
  private readonly publishers: readonly Publisher[]
  private readonly leases: readonly RelayLeases[]
  private readonly readers: RequiredReaders
  private readonly signal = new Signal()
  private readonly keeping: Promise<void>
  private isUnsettled = true
  private isStopped = false

  constructor(private readonly options: RelayOptions) {
    const shards = Array.from({ length: options.shards ?? 4 }, (_, shard) => shard)
    const holder = randomUUID()
    const topics = readTopics()
    const numberedTopics = options.numberedTopics ?? topics.flatMap(({ name, numbered }) => (numbered ? [name] : []))
    this.readers = options.requiredReaders ?? viewsOf(topics)
    this.leases = [shards, [numberingShard]].map(
      (rows) => new RelayLeases(options.database, options.schema, rows, holder),
    )
    const onPublished = () => {
      this.isUnsettled = true
    }
    this.publishers = this.leases.map((leases) => {
      const isNumbered = leases !== this.leases[0]
      return new Publisher({
        ...options,
        leases,
        shards,
        numberedTopics,
        isNumbered,
        onPublished,
        take: options.pace?.(isNumbered),
      })
    })
    this.keeping = this.keep()
  }

  nudge(): void {
    for (const publisher of this.publishers) publisher.nudge()
  }

  nudgeNumbered(): void {
    const [, numbering] = this.publishers
    numbering?.nudge()
  }

  async depth(): Promise<OutboxDepth> {
    const [row] = await this.options.database.query<{ unpublished: number; unsettled: number; oldest: string | null }>(
      `select count(*) filter (where published_at is null)::int as unpublished,
              count(*) filter (where published_at is not null)::int as unsettled,
              (select event_id from ${this.options.schema}.outbox where published_at is null order by pos limit 1) as oldest
         from ${this.options.schema}.outbox`,
    )
    const bornMs = row?.oldest ? Number.parseInt(row.oldest.replace('-', '').slice(0, 12), 16) : Date.now()
    return {
      unpublished: row?.unpublished ?? 0,
      unsettled: row?.unsettled ?? 0,
      oldestSeconds: Math.max(0, Date.now() - bornMs) / 1000,
    }
  }

  async stop(): Promise<void> {
    this.isStopped = true
    this.signal.set()
    const ended = Promise.all([this.keeping, ...this.publishers.map((publisher) => publisher.stop())])
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, stopMs).unref())])
    await Promise.all(this.leases.map((leases) => leases.release())).catch(() => undefined)
  }

  /** Finds what nobody nudged for, and lets go of what every reader has. */
  private async keep(): Promise<void> {
    for (let round = 0; !this.isStopped; round++) {
      try {
        if (await isAnythingUnpublished(this.options.database, this.options.schema)) this.nudge()
        if (round % settleEvery === 0 && this.isUnsettled) await this.settleAll(round % repairEvery === 0)
      } catch (error) {
        this.isUnsettled = true // nobody knows
        this.options.logger.warn(kafkaLog.SETTLE_FAILED, { schema: this.options.schema, ...errorFields(error) })
      }
      await this.signal.wait(idlePollMs)
    }
  }

  private async settleAll(isRepairDue: boolean): Promise<void> {
    this.isUnsettled = false
    const topics = await publishedTopics(this.options.database, this.options.schema)
    for (const topic of topics) {
      this.isUnsettled = true
      await this.settleTopic(topic)
      if (isRepairDue) await this.republish(topic)
    }
  }

  private async settleTopic(topic: string): Promise<void> {
    const { database, schema } = this.options
    for (;;) {
      const { seen, settled } = await settle(database, schema, topic, this.readers[topic] ?? [])
      if (settled === 0 || settled < seen || this.isStopped) return
    }
  }

  private async republish(topic: string): Promise<void> {
    const { database, schema, eventLog, logger } = this.options
    const count = await republishLost(database, schema, { topic, readers: this.readers[topic] ?? [], eventLog })
    if (count === 0) return
    logger.error(kafkaLog.REPUBLISHED, { schema, topic, count })
    this.nudge()
  }
}

function viewsOf(topics: ReturnType<typeof readTopics>): RequiredReaders {
  return Object.fromEntries(topics.map(({ name, readers }) => [name, readers.map((reader) => `${reader}.inbox_seen`)]))
}
