import type { ConsumerOptions } from './consumer.js'
import type { LogMessage, TopicPartition } from './event-log.js'

/** How often limits are asked again, by how long none has moved: while one moves, another consumer is about to get there. */
const patience = [
  { untilMs: 1000, pollMs: 8 },
  { untilMs: 10_000, pollMs: 25 },
] as const
const longPollMs = 250

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

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}
