/** One partition of a topic. */
export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** A message for the log. The writer chooses the partition, so that a repeat lands where the first try did. */
export interface OutgoingMessage extends TopicPartition {
  readonly key: Buffer
  readonly value: Buffer
  readonly headers: Readonly<Record<string, string>>
}

/** A message as the log holds it. */
export interface LogMessage extends OutgoingMessage {
  readonly offset: bigint
  readonly timestampMs: number
}

/** What one partition holds: the offset of its oldest message, and the one the next message will get. */
export interface PartitionEnds {
  readonly partition: number
  readonly low: bigint
  readonly high: bigint
}

/** Where a reader shall start in one partition. */
export interface StartingPoint extends TopicPartition {
  readonly offset: bigint
}

export interface ReadOptions {
  readonly group: string
  readonly topics: readonly string[]
  /** Waits so long for many messages before it takes few: for a reader that nobody waits for. None: takes what comes at once. */
  readonly gatherMs?: number
  /**
   * Called when partitions were given to this reader, before it fetches from them; answers with where to start in each.
   * Asked again, after a pause, when it rejects.
   */
  onAssigned(partitions: readonly TopicPartition[]): Promise<readonly StartingPoint[]>
  /** Called with what was fetched, in offset order per partition. Must not throw and must not block: queue and return. */
  onMessages(from: TopicPartition, messages: readonly LogMessage[]): void
}

/** How a reader does: `joining` until it has partitions, `degraded` while it is being replaced after a failure. */
export type ReaderState = 'joining' | 'running' | 'degraded' | 'closed'

/** A running reader: it fetches ahead of what its owner has committed; the owner keeps the offsets. */
export interface LogReader {
  /** Fetch from `offset` next, whatever was fetched before. */
  seek(to: StartingPoint): void
  pause(at: TopicPartition): void
  resume(at: TopicPartition): void
  /** Tells the broker how far the owner has committed: a lag gauge, nothing rests on it. */
  report(next: readonly StartingPoint[]): void
  state(): ReaderState
  /** Gives the partitions back; no call of `onMessages` follows. */
  close(): Promise<void>
}

/** An append-only log of partitions: Kafka, or memory in tests. */
export interface EventLog {
  /**
   * Appends messages, in order per partition, and resolves when they are durable.
   *
   * Calls never overlap on the wire: a call made while another is under way waits. When it rejects, some of the messages
   * may be in the log all the same; the caller sends the same ones again and readers drop repeats by event id.
   *
   * @returns the offset of each message, in the order given
   */
  append(messages: readonly OutgoingMessage[]): Promise<readonly bigint[]>
  /** Starts to read `topics` as a member of `group`. */
  read(options: ReadOptions): LogReader
  /** @throws when the topic does not exist or the log cannot be reached */
  ends(topic: string): Promise<readonly PartitionEnds[]>
  /** Creates the topics that are not there; leaves the others as they are. */
  createTopics(topics: readonly TopicDefinition[]): Promise<void>
  close(): Promise<void>
}

/** A topic to be created; see `schemas/events/topics.json`. */
export interface TopicDefinition {
  readonly name: string
  readonly partitions: number
  readonly retentionDays: number
}
