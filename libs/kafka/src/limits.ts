import type { ConsumerOptions } from './consumer.js'
import type { LogMessage, TopicPartition } from './event-log.js'
import type { Move } from './inbox-rows.js'

/**
 * How often limits are asked again where nobody says that one has moved, by how long none has: while one moves, another
 * consumer is about to get there.
 */
const patience = [
  { untilMs: 1000, pollMs: 20 },
  { untilMs: 10_000, pollMs: 50 },
] as const
const longPollMs = 250
/** PostgreSQL takes 8,000 bytes in one. */
const mostAnnounced = 70

/** How far a consumer may go in each partition, asked only when its next message lies at or beyond what is known. */
export class Limits {
  private readonly known = new Map<string, bigint>()
  private waitingSinceMs: number | undefined

  constructor(private readonly options: Pick<ConsumerOptions<never>, 'limit'>) {}

  /** @returns when to ask again: Infinity when no partition waits */
  async refresh(heads: readonly LogMessage[], nowMs: number): Promise<number> {
    const ask = this.options.limit?.bind(this.options)
    if (!ask) return Infinity
    const reached = heads.filter((head) => this.isReached(head))
    const limits = await Promise.all(reached.map(({ topic, partition }) => ask(topic, partition)))
    const hasMoved = reached.some((head, at) => limits[at] !== this.known.get(nameOf(head)))
    reached.forEach((head, at) => this.known.set(nameOf(head), limits[at] ?? 0n))
    if (!heads.some((head) => this.isReached(head))) this.waitingSinceMs = undefined
    else if (hasMoved) this.waitingSinceMs = nowMs
    else this.waitingSinceMs ??= nowMs
    return this.waitMs(nowMs)
  }

  /** Takes note of what the consumer that may not be overtaken announced; another text says nothing. */
  hear(announcement: string): void {
    for (const [topic, partition, next] of announced(announcement)) {
      const name = nameOf({ topic, partition })
      if (next > (this.known.get(name) ?? 0n)) this.known.set(name, next)
    }
  }

  of(at: TopicPartition): bigint | undefined {
    return this.options.limit ? (this.known.get(nameOf(at)) ?? 0n) : undefined
  }

  forget(): void {
    this.known.clear()
  }

  private isReached(head: LogMessage): boolean {
    return head.offset >= (this.known.get(nameOf(head)) ?? 0n)
  }

  private waitMs(nowMs: number): number {
    const { waitingSinceMs } = this
    if (waitingSinceMs === undefined) return Infinity
    return patience.find(({ untilMs }) => nowMs - waitingSinceMs < untilMs)?.pollMs ?? longPollMs
  }
}

/** Where partitions stand, as text; as much of it as one announcement may have. */
export function announcementOf(moves: readonly Move[]): string {
  const texts = moves.map(({ at, next }) => `${at.topic} ${String(at.partition)} ${String(next)}`)
  return texts.slice(0, mostAnnounced).join('\n')
}

function announced(text: string): readonly (readonly [string, number, bigint])[] {
  return [...text.matchAll(/^(\S+) (\d{1,6}) (\d{1,18})$/gm)].map(
    ([, topic = '', partition, next = '0']) => [topic, Number(partition), BigInt(next)] as const,
  )
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}
