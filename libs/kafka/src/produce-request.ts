import { crc32c } from './crc32c.js'

/** A message as kafkajs hands it to its encoder. */
interface ProducedMessage {
  readonly key?: unknown
  readonly value?: unknown
  readonly headers?: Readonly<Record<string, unknown>>
  readonly timestamp?: unknown
}

/** What kafkajs makes a Produce request from, version 3 to 7. */
export interface ProduceArguments {
  readonly acks: number
  readonly timeout: number
  readonly transactionalId?: string | null
  /** kafkajs's own `Long` holds a `value`. */
  readonly producerId?: string | number | bigint | { readonly value: bigint }
  readonly producerEpoch?: number
  readonly compression?: number
  readonly topicData: readonly {
    readonly topic: string
    readonly partitions: readonly {
      readonly partition: number
      readonly firstSequence?: number
      readonly messages: readonly ProducedMessage[]
    }[]
  }[]
}

/** A message of the one form that the relays send: bytes with text beside them. */
interface PlainMessage {
  readonly key: Buffer
  readonly value: Buffer
  readonly headers: readonly (readonly [string, string])[]
  /** Bytes of the record without its own length. */
  readonly size: number
}

interface PlainPartition {
  readonly partition: number
  readonly firstSequence: number
  readonly messages: readonly PlainMessage[]
  /** Bytes of the batch, from its first offset on. */
  readonly size: number
}

interface PlainTopic {
  readonly topic: string
  readonly partitions: readonly PlainPartition[]
}

/** First offset and length stand before what the length counts; the checksum is of all that follows it. */
const afterLength = 12
const checksumAt = 17
const afterChecksum = 21
const batchHeaderBytes = 61
const magic = 2

/**
 * The body of a Produce request (versions 3 to 7), byte for byte as kafkajs writes it, in one buffer whose size is known
 * before the first byte is written. kafkajs makes a buffer of half a kilobyte for each record, header and array, and copies
 * everything five times.
 *
 * @param roomBytes - left free before the body, for the header of the request
 * @param nowMs - the time of every message
 * @returns `undefined` for what the relays never send: compressed, transactional, messages with times, keys or values that are
 *   not bytes, headers that are not text
 */
export function produceBody(from: ProduceArguments, roomBytes: number, nowMs: number): Buffer | undefined {
  const topics = plainTopics(from)
  if (!topics) return undefined
  const size = topics.reduce((sum, topic) => sum + sizeOfTopic(topic), roomBytes + 2 + 2 + 4 + 4)
  const writer = new Writer(Buffer.allocUnsafe(size), roomBytes)
  writer.int16(-1) // no transactional id
  writer.int16(from.acks)
  writer.int32(from.timeout)
  writer.int32(topics.length)
  const producer = { id: idOf(from.producerId ?? -1), epoch: from.producerEpoch ?? 0, nowMs: BigInt(nowMs) }
  for (const topic of topics) writeTopic(writer, topic, producer)
  return writer.bytes
}

function idOf(id: NonNullable<ProduceArguments['producerId']>): bigint {
  return typeof id === 'object' ? id.value : BigInt(id)
}

interface Producer {
  readonly id: bigint
  readonly epoch: number
  readonly nowMs: bigint
}

function plainTopics({ transactionalId, compression, topicData }: ProduceArguments): readonly PlainTopic[] | undefined {
  if (Boolean(transactionalId) || Boolean(compression)) return undefined
  const topics = topicData.map(({ topic, partitions }) => ({ topic, partitions: partitions.map(plainPartition) }))
  return topics.every(({ partitions }) => partitions.every((one) => one !== undefined))
    ? (topics as readonly PlainTopic[])
    : undefined
}

function plainPartition(from: ProduceArguments['topicData'][number]['partitions'][number]): PlainPartition | undefined {
  const messages: PlainMessage[] = []
  let size = batchHeaderBytes
  for (const message of from.messages) {
    const plain = plainMessage(message, messages.length)
    if (!plain) return undefined
    messages.push(plain)
    size += sizeOfVarInt(plain.size) + plain.size
  }
  if (messages.length === 0) return undefined
  return { partition: from.partition, firstSequence: from.firstSequence ?? 0, messages, size }
}

function plainMessage({ key, value, headers, timestamp }: ProducedMessage, place: number): PlainMessage | undefined {
  if (!Buffer.isBuffer(key) || !Buffer.isBuffer(value) || (timestamp ?? undefined) !== undefined) return undefined
  const named = Object.entries(headers ?? {})
  if (!named.every((one): one is [string, string] => typeof one[1] === 'string')) return undefined
  // Attributes and the difference to the batch's time are one byte each.
  let size = 2 + sizeOfVarInt(place) + sizeOfCounted(key.length) + sizeOfCounted(value.length)
  size += sizeOfVarInt(named.length)
  for (const [name, text] of named) {
    size += sizeOfCounted(Buffer.byteLength(name, 'utf8')) + sizeOfCounted(Buffer.byteLength(text, 'utf8'))
  }
  return { key, value, headers: named, size }
}

function sizeOfTopic({ topic, partitions }: PlainTopic): number {
  return partitions.reduce((sum, { size }) => sum + 4 + 4 + size, 2 + Buffer.byteLength(topic, 'utf8') + 4)
}

function sizeOfCounted(length: number): number {
  return sizeOfVarInt(length) + length
}

/** Numbers here are not negative: a zigzag of them is twice as much. */
function sizeOfVarInt(value: number): number {
  let bytes = 1
  for (let rest = value * 2; rest > 0x7f; rest = Math.floor(rest / 128)) bytes += 1
  return bytes
}

function writeTopic(writer: Writer, { topic, partitions }: PlainTopic, producer: Producer): void {
  writer.int16(Buffer.byteLength(topic, 'utf8'))
  writer.text(topic)
  writer.int32(partitions.length)
  for (const partition of partitions) {
    writer.int32(partition.partition)
    writer.int32(partition.size)
    writeBatch(writer, partition, producer)
  }
}

/** @see https://kafka.apache.org/documentation/#recordbatch */
function writeBatch(writer: Writer, { messages, firstSequence, size }: PlainPartition, producer: Producer): void {
  const start = writer.at
  writer.int64(0n) // the broker gives the offsets
  writer.int32(size - afterLength)
  writer.int32(0) // partition leader epoch
  writer.int8(magic)
  writer.int32(0) // the checksum, below
  writer.int16(0) // attributes
  writer.int32(messages.length - 1)
  writer.int64(producer.nowMs)
  writer.int64(producer.nowMs)
  writer.int64(producer.id)
  writer.int16(producer.epoch)
  writer.int32(firstSequence)
  writer.int32(messages.length)
  messages.forEach((message, place) => {
    writeRecord(writer, message, place)
  })
  writer.bytes.writeUInt32BE(crc32c(writer.bytes, start + afterChecksum, writer.at), start + checksumAt)
}

function writeRecord(writer: Writer, { key, value, headers, size }: PlainMessage, place: number): void {
  writer.varInt(size)
  writer.int8(0) // attributes
  writer.int8(0) // after the batch's time
  writer.varInt(place)
  for (const bytes of [key, value]) {
    writer.varInt(bytes.length)
    writer.copy(bytes)
  }
  writer.varInt(headers.length)
  for (const header of headers) {
    for (const text of header) writer.counted(text)
  }
}

/** Writes numbers (big-endian), bytes and text one after another; the buffer is large enough. */
class Writer {
  constructor(
    readonly bytes: Buffer,
    public at: number,
  ) {}

  int8(value: number): void {
    this.at = this.bytes.writeInt8(value, this.at)
  }

  int16(value: number): void {
    this.at = this.bytes.writeInt16BE(value, this.at)
  }

  int32(value: number): void {
    this.at = this.bytes.writeInt32BE(value, this.at)
  }

  int64(value: bigint): void {
    this.at = this.bytes.writeBigInt64BE(value, this.at)
  }

  varInt(value: number): void {
    let rest = value * 2
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.bytes[this.at++] = (rest & 0x7f) | 0x80
    this.bytes[this.at++] = rest
  }

  copy(bytes: Buffer): void {
    this.bytes.set(bytes, this.at)
    this.at += bytes.length
  }

  text(text: string): void {
    this.at += this.bytes.write(text, this.at, 'utf8')
  }

  counted(text: string): void {
    this.varInt(Buffer.byteLength(text, 'utf8'))
    this.text(text)
  }
}
