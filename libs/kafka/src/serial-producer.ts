import type { Kafka, Producer, RecordMetadata, TopicMessages } from 'kafkajs'
import type { Logger } from '#libs/service'
import type { OutgoingMessage } from './event-log.js'
import { errorFields, kafkaLog } from './kafka-log.js'

interface Waiting {
  readonly messages: readonly OutgoingMessage[]
  readonly resolve: (offsets: readonly bigint[]) => void
  readonly reject: (error: unknown) => void
}

/** Below the broker's `message.max.bytes` of 1 MiB, which holds for what one request brings for one partition. */
const maxRequestBytes = 768 * 1024
const maxRequestMessages = 2000
const disconnectMs = 2000

/**
 * Sends with one request in flight. Calls that come meanwhile share the next request, in the order they came.
 *
 * kafkajs's idempotent producer hands a used sequence number to another message when sends overlap and an answer is lost,
 * and the broker then drops that message as a repeat: so sends never overlap here. After a rejection
 * (`OUT_OF_ORDER_SEQUENCE_NUMBER` is final in kafkajs) the producer is thrown away and the next send starts a new one.
 */
export class SerialProducer {
  private readonly waiting: Waiting[] = []
  private inFlight: readonly Waiting[] = []
  private producer: Promise<Producer> | undefined
  private isSending = false
  private isClosed = false

  constructor(
    private readonly kafka: Kafka,
    private readonly logger: Logger,
  ) {}

  append(messages: readonly OutgoingMessage[]): Promise<readonly bigint[]> {
    if (messages.length === 0) return Promise.resolve([])
    if (this.isClosed) return Promise.reject(new Error('The event log is closed'))
    return new Promise((resolve, reject) => {
      this.waiting.push({ messages, resolve, reject })
      if (!this.isSending) void this.sendAll()
    })
  }

  /** Rejects what is not acknowledged yet: it may be in the log or not. */
  async close(): Promise<void> {
    this.isClosed = true
    for (const { reject } of [...this.inFlight, ...this.waiting.splice(0)]) reject(new Error('The event log is closed'))
    await this.dropProducer()
  }

  private async sendAll(): Promise<void> {
    this.isSending = true
    while (this.waiting.length > 0) await this.sendTogether(this.takeTogether())
    this.isSending = false
  }

  private takeTogether(): readonly Waiting[] {
    let bytes = 0
    let count = 0
    const fits = this.waiting.findIndex(({ messages }) => {
      bytes += messages.reduce((sum, message) => sum + sizeOf(message), 0)
      count += messages.length
      return bytes > maxRequestBytes || count > maxRequestMessages
    })
    return this.waiting.splice(0, fits === -1 ? this.waiting.length : Math.max(1, fits))
  }

  private async sendTogether(calls: readonly Waiting[]): Promise<void> {
    this.inFlight = calls
    try {
      const offsets: bigint[] = []
      for (const part of requests(calls.flatMap(({ messages }) => messages))) offsets.push(...(await this.send(part)))
      let from = 0
      for (const { messages, resolve } of calls) resolve(offsets.slice(from, (from += messages.length)))
    } catch (error) {
      this.logger.warn(kafkaLog.APPEND_REJECTED, errorFields(error))
      await this.dropProducer()
      for (const { reject } of calls) reject(error)
    }
  }

  private async send(messages: readonly OutgoingMessage[]): Promise<readonly bigint[]> {
    this.producer ??= this.connect()
    const producer = await this.producer
    return offsetsOf(messages, await producer.sendBatch({ topicMessages: byTopic(messages), acks: -1 }))
  }

  private async connect(): Promise<Producer> {
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? 0,
    })
    await producer.connect()
    return producer
  }

  /** A producer that cannot reach its broker disconnects only when it has given up; nobody waits for that. */
  private async dropProducer(): Promise<void> {
    const dropped = this.producer
    this.producer = undefined
    if (!dropped) return
    const gone = dropped.then((producer) => producer.disconnect()).catch(() => undefined)
    await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, disconnectMs).unref())])
  }
}

function sizeOf(message: OutgoingMessage): number {
  return message.value.length + message.key.length + 512
}

function* requests(messages: readonly OutgoingMessage[]): Generator<readonly OutgoingMessage[]> {
  let part: OutgoingMessage[] = []
  let bytes = 0
  for (const message of messages) {
    if (part.length > 0 && (bytes + sizeOf(message) > maxRequestBytes || part.length >= maxRequestMessages)) {
      yield part
      part = []
      bytes = 0
    }
    part.push(message)
    bytes += sizeOf(message)
  }
  if (part.length > 0) yield part
}

function byTopic(messages: readonly OutgoingMessage[]): TopicMessages[] {
  const topics = new Map<string, TopicMessages>()
  for (const { topic, partition, key, value, headers } of messages) {
    let entry = topics.get(topic)
    if (!entry) topics.set(topic, (entry = { topic, messages: [] }))
    entry.messages.push({ partition, key, value, headers: { ...headers } })
  }
  return [...topics.values()]
}

/** The broker answers with the offset of the first message per partition; the others follow it. */
function offsetsOf(messages: readonly OutgoingMessage[], answers: readonly RecordMetadata[]): readonly bigint[] {
  const next = new Map<string, bigint>()
  for (const { topicName, partition, baseOffset } of answers)
    next.set(`${topicName}/${partition}`, BigInt(baseOffset ?? -1))
  return messages.map(({ topic, partition }) => {
    const at = `${topic}/${partition}`
    const offset = next.get(at)
    if (offset === undefined || offset < 0n) throw new Error('The broker named no offset')
    next.set(at, offset + 1n)
    return offset
  })
}
