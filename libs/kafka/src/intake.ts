import type { LogMessage, StartingPoint, TopicPartition } from './event-log.js'

/** What was fetched of one partition and is not committed yet. */
interface Queue {
  readonly at: TopicPartition
  /** The offset that PostgreSQL holds: the first one not yet applied. */
  committed: bigint
  /** The offset expected from the log next. */
  next: bigint
  items: LogMessage[]
  bytes: number
  isPaused: boolean
  gapAt: bigint | undefined
}

/** What the owner of an intake is to do about a fetch. */
export type Admission = 'queued' | 'full' | 'gap'

const maxItems = 2000
/** Of one partition: two of the fetches that `maxBytesPerPartition` allows. A reader that lags holds so much of each. */
const maxBytes = 2 * 1024 * 1024

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}

/** Queues of fetched messages, one per partition, in offset order and without holes. */
export class Intake {
  private queues = new Map<string, Queue>()
  private turn = 0

  /** Forgets all and starts at these points. */
  assign(points: readonly StartingPoint[]): void {
    this.queues = new Map()
    for (const point of points) this.restart(point)
  }

  /** Forgets what is queued of one partition and starts at this point. */
  restart({ topic, partition, offset }: StartingPoint): void {
    const at = { topic, partition }
    const gapAt = this.queues.get(nameOf(at))?.gapAt
    this.queues.set(nameOf(at), { at, committed: offset, next: offset, items: [], bytes: 0, isPaused: false, gapAt })
  }

  /**
   * Queues what was fetched; drops what is queued already.
   *
   * @returns `full`: pause the partition; `gap`: messages are missing in between and nothing was queued. The same gap a
   *   second time is let through, since the log itself has it.
   */
  add(from: TopicPartition, messages: readonly LogMessage[]): Admission {
    const queue = this.queues.get(nameOf(from))
    if (!queue) return 'queued'
    const fresh = messages.filter(({ offset }) => offset >= queue.next)
    const [first] = fresh
    if (!first) return wentBack(queue, messages) ? 'gap' : 'queued'
    if (first.offset > queue.next && queue.gapAt !== first.offset) {
      queue.gapAt = first.offset
      return 'gap'
    }
    enqueue(queue, fresh)
    if (queue.isPaused || !isFull(queue)) return 'queued'
    queue.isPaused = true
    return 'full'
  }

  /** The first message of each partition that has any. */
  heads(): readonly LogMessage[] {
    return [...this.queues.values()].flatMap(({ items }) => items.slice(0, 1))
  }

  /**
   * The next messages of all partitions, in order per partition, below the limit of each; they stay queued.
   *
   * @param limitOf - the offset that must not be reached, or `undefined` for no limit
   */
  peek(max: number, limitOf: (at: TopicPartition) => bigint | undefined): readonly LogMessage[] {
    const queues = [...this.queues.values()]
    const first = this.turn++ % Math.max(1, queues.length)
    const taken: LogMessage[] = []
    for (const { at, items } of [...queues.slice(first), ...queues.slice(0, first)]) {
      if (taken.length >= max) break
      const limit = limitOf(at)
      for (const message of items.slice(0, max - taken.length)) {
        if (limit !== undefined && message.offset >= limit) break
        taken.push(message)
      }
    }
    return taken
  }

  /** The offset that PostgreSQL must still hold for a partition when its next messages are committed. */
  committed(at: TopicPartition): bigint {
    return this.queues.get(nameOf(at))?.committed ?? 0n
  }

  /**
   * Removes messages that were committed.
   *
   * @returns the partitions to be resumed
   */
  done(messages: readonly LogMessage[]): readonly TopicPartition[] {
    for (const message of messages) {
      const queue = this.queues.get(nameOf(message))
      if (!queue || queue.items[0]?.offset !== message.offset) continue
      queue.items.shift()
      queue.bytes -= message.value.length
      queue.committed = message.offset + 1n
    }
    const drained = [...this.queues.values()].filter(
      ({ isPaused, items, bytes }) => isPaused && items.length < maxItems / 2 && bytes < maxBytes / 2,
    )
    for (const queue of drained) queue.isPaused = false
    return drained.map(({ at }) => at)
  }

  /** How far each partition is committed. */
  progress(): readonly StartingPoint[] {
    return [...this.queues.values()].map(({ at, committed }) => ({ ...at, offset: committed }))
  }

  size(): number {
    return [...this.queues.values()].reduce((sum, { items }) => sum + items.length, 0)
  }
}

function enqueue(queue: Queue, messages: readonly LogMessage[]): void {
  for (const message of messages) {
    queue.items.push(message)
    queue.bytes += message.value.length
    queue.next = message.offset + 1n
  }
}

function isFull({ items, bytes }: Queue): boolean {
  return items.length >= maxItems || bytes >= maxBytes
}

/** Everything fetched lies before what was expected: a reader that was set back, or a log that was made anew. */
function wentBack(queue: Queue, messages: readonly LogMessage[]): boolean {
  return messages.length > 0 && queue.items.length === 0 && messages.every(({ offset }) => offset < queue.committed)
}
