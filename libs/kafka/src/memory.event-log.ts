import type {
  EventLog,
  LogMessage,
  LogReader,
  OutgoingMessage,
  PartitionEnds,
  ReaderState,
  ReadOptions,
  StartingPoint,
  TopicPartition,
} from './event-log.js'

/** The log in memory, with the faults that tests ask for. Evidence of logic, never of durability. */
export interface MemoryEventLog extends EventLog {
  /** What one partition of a topic holds. */
  messages(topic: string, partition?: number): readonly LogMessage[]
  /** Empties a topic and starts its offsets anew, as if it had been deleted and created again. */
  recreate(topic: string): void
  /** The next `times` appends are refused; with `isStored` the messages are in the log all the same. */
  refuseAppends(times: number, isStored?: boolean): void
}

const defaultPartitions = 24
const fetchSize = 500

/** An event log that lives as long as this process. Every reader is given every partition, whatever its group. */
export function memoryEventLog(): MemoryEventLog {
  return new InMemoryEventLog()
}

class InMemoryEventLog implements MemoryEventLog {
  private readonly topics = new Map<string, LogMessage[][]>()
  private readonly readers = new Set<MemoryReader>()
  private refusals = { left: 0, areStored: false }

  append(messages: readonly OutgoingMessage[]): Promise<readonly bigint[]> {
    const isRefused = this.refusals.left > 0
    if (isRefused) this.refusals.left--
    const offsets = isRefused && !this.refusals.areStored ? [] : messages.map((message) => this.store(message))
    for (const reader of this.readers) reader.wake()
    return isRefused ? Promise.reject(new Error('refused')) : Promise.resolve(offsets)
  }

  read(options: ReadOptions): LogReader {
    const partitions = options.topics.flatMap((topic) =>
      this.partitionsOf(topic).map((_, partition) => ({ topic, partition })),
    )
    const reader = new MemoryReader(options, partitions, (at) => this.messages(at.topic, at.partition))
    this.readers.add(reader)
    return reader
  }

  ends(topic: string): Promise<readonly PartitionEnds[]> {
    return Promise.resolve(
      this.partitionsOf(topic).map((held, partition) => ({ partition, low: 0n, high: BigInt(held.length) })),
    )
  }

  createTopics(topics: Parameters<EventLog['createTopics']>[0]): Promise<void> {
    for (const { name, partitions } of topics) this.partitionsOf(name, partitions)
    return Promise.resolve()
  }

  messages(topic: string, partition?: number): readonly LogMessage[] {
    const held = this.partitionsOf(topic)
    return partition === undefined ? held.flat() : (held[partition] ?? [])
  }

  recreate(topic: string): void {
    for (const held of this.partitionsOf(topic)) held.length = 0
  }

  refuseAppends(times: number, isStored = false): void {
    this.refusals = { left: times, areStored: isStored }
  }

  async close(): Promise<void> {
    await Promise.all([...this.readers].map((reader) => reader.close()))
  }

  private store(message: OutgoingMessage): bigint {
    const held = this.partitionsOf(message.topic)[message.partition]
    if (!held) throw new RangeError(`${message.topic} has no partition ${message.partition}`)
    held.push({ ...message, offset: BigInt(held.length), timestampMs: Date.now() })
    return BigInt(held.length - 1)
  }

  private partitionsOf(topic: string, count = defaultPartitions): LogMessage[][] {
    let held = this.topics.get(topic)
    if (!held) this.topics.set(topic, (held = Array.from({ length: count }, () => [])))
    return held
  }
}

class MemoryReader implements LogReader {
  private readonly positions = new Map<string, { at: TopicPartition; next: bigint; isPaused: boolean }>()
  private current: ReaderState = 'joining'
  private isScheduled = false

  constructor(
    private readonly options: ReadOptions,
    partitions: readonly TopicPartition[],
    private readonly fetch: (at: TopicPartition) => readonly LogMessage[],
  ) {
    void this.start(partitions)
  }

  seek({ topic, partition, offset }: StartingPoint): void {
    const position = this.positions.get(`${topic}/${partition}`)
    if (position) position.next = offset
    this.wake()
  }

  pause(at: TopicPartition): void {
    this.setPaused(at, true)
  }

  resume(at: TopicPartition): void {
    this.setPaused(at, false)
  }

  report(): void {
    // nobody looks at the lag of a log in memory
  }

  state(): ReaderState {
    return this.current
  }

  wake(): void {
    if (this.isScheduled || this.current !== 'running') return
    this.isScheduled = true
    setImmediate(() => {
      this.isScheduled = false
      this.deliver()
    })
  }

  close(): Promise<void> {
    this.current = 'closed'
    return Promise.resolve()
  }

  private async start(partitions: readonly TopicPartition[]): Promise<void> {
    while (this.current === 'joining') {
      const points = await this.options.onAssigned(partitions).catch(() => undefined)
      if (points && this.state() === 'joining') {
        for (const { topic, partition, offset } of points) {
          this.positions.set(`${topic}/${partition}`, { at: { topic, partition }, next: offset, isPaused: false })
        }
        this.current = 'running'
      } else {
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
    this.wake()
  }

  private setPaused({ topic, partition }: TopicPartition, isPaused: boolean): void {
    const position = this.positions.get(`${topic}/${partition}`)
    if (position) position.isPaused = isPaused
    this.wake()
  }

  private deliver(): void {
    if (this.current !== 'running') return
    for (const position of this.positions.values()) {
      const held = this.fetch(position.at)
      if (position.next > BigInt(held.length)) position.next = 0n // as Kafka: out of range starts over
      if (position.isPaused || position.next === BigInt(held.length)) continue
      const from = Number(position.next)
      const fetched = held.slice(from, from + fetchSize)
      position.next += BigInt(fetched.length)
      this.options.onMessages(position.at, fetched)
      this.wake()
    }
  }
}
