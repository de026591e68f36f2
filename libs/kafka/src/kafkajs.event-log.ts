import kafkajs, { type Admin, type ISocketFactory, type Kafka } from 'kafkajs'
import type { Logger } from '#libs/service'
import type { EventLog, PartitionEnds, TopicDefinition } from './event-log.js'
import { kafkaLog } from './kafka-log.js'
import { KafkajsReader } from './kafkajs.reader.js'
import { prefixed } from './prefixed.event-log.js'
import { patchKafkajs } from './kafkajs-patch.js'
import { SerialProducer } from './serial-producer.js'

export interface KafkaOptions {
  /** `host:port` of at least one broker. */
  readonly brokers: readonly string[]
  readonly clientId: string
  /** Put before every topic and group, so that several systems may share a broker. */
  readonly topicPrefix?: string
  readonly logger: Logger
  /** For tests that stand between client and broker. */
  readonly socketFactory?: ISocketFactory
}

/** Retried until the broker is back: a send is never given up while its outcome is unknown, only when it is refused. */
const retry = { initialRetryTime: 100, maxRetryTime: 1000, retries: Number.MAX_SAFE_INTEGER }

/**
 * The event log on Apache Kafka, through kafkajs 2.2.4 with the repairs that its defects need (see README.md).
 *
 * Connects when first used. `append` waits while no broker can be reached.
 */
export function kafkaEventLog(options: KafkaOptions): EventLog {
  if (!patchKafkajs()) options.logger.warn(kafkaLog.CLIENT_UNPATCHED)
  const kafka = new kafkajs.Kafka({
    brokers: [...options.brokers],
    clientId: options.clientId,
    connectionTimeout: 1000,
    requestTimeout: 10_000,
    retry,
    logLevel: kafkajs.logLevel.NOTHING,
    ...(options.socketFactory && { socketFactory: options.socketFactory }),
  })
  return prefixed(options.topicPrefix ?? '', new KafkajsEventLog(kafka, options.logger))
}

class KafkajsEventLog implements EventLog {
  private readonly producer: SerialProducer
  private readonly readers = new Set<KafkajsReader>()
  private admin: Promise<Admin> | undefined

  constructor(
    private readonly kafka: Kafka,
    private readonly logger: Logger,
  ) {
    this.producer = new SerialProducer(kafka, logger)
  }

  append(messages: Parameters<EventLog['append']>[0]) {
    return this.producer.append(messages)
  }

  read(options: Parameters<EventLog['read']>[0]) {
    const reader = new KafkajsReader(this.kafka, options, this.logger)
    this.readers.add(reader)
    return reader
  }

  async ends(topic: string): Promise<readonly PartitionEnds[]> {
    const offsets = await this.administer((admin) => admin.fetchTopicOffsets(topic))
    return offsets.map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }))
  }

  async createTopics(topics: readonly TopicDefinition[]): Promise<void> {
    await this.administer((admin) =>
      admin.createTopics({
        waitForLeaders: true,
        topics: topics.map(({ name, partitions, retentionDays }) => ({
          topic: name,
          numPartitions: partitions,
          replicationFactor: -1,
          configEntries: [
            { name: 'cleanup.policy', value: 'delete' },
            { name: 'retention.ms', value: String(retentionDays * 86_400_000) },
          ],
        })),
      }),
    )
  }

  async close(): Promise<void> {
    await Promise.all([...this.readers].map((reader) => reader.close()))
    await this.producer.close()
    const admin = this.admin
    this.admin = undefined
    await admin?.then((open) => open.disconnect()).catch(() => undefined)
  }

  /**
   * Unlike a send, a question to the broker is given up after a while: whoever asked will ask again. kafkajs takes
   * NOT_LEADER_FOR_PARTITION, which a new topic answers at first, for final here: a new admin asks again.
   */
  private async administer<T>(work: (admin: Admin) => Promise<T>, triesLeft = 5): Promise<T> {
    this.admin ??= this.connectAdmin()
    const asked = this.admin
    try {
      return await work(await asked)
    } catch (error) {
      if (this.admin === asked) this.admin = undefined
      void asked.then((admin) => admin.disconnect()).catch(() => undefined)
      if (triesLeft === 0 || (error as { retriable?: unknown }).retriable !== true) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
      return this.administer(work, triesLeft - 1)
    }
  }

  private async connectAdmin(): Promise<Admin> {
    const admin = this.kafka.admin({ retry: { ...retry, retries: 10 } })
    await admin.connect()
    return admin
  }
}
