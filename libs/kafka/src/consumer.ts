import type { Database, Sql } from '#libs/postgres'
import type { Logger } from '#libs/service'
import type { EventLog, LogMessage, ReaderState } from './event-log.js'

export interface ConsumerOptions<D> {
  readonly database: Pick<Database, 'query' | 'transaction'>
  /** The schema that holds the inbox tables. */
  readonly schema: string
  readonly group: string
  readonly topics: readonly string[]
  /** Waits so long for many messages before it takes few; at once unless told. */
  readonly gatherMs?: number
  readonly eventLog: EventLog
  readonly logger: Logger
  /** Runs before the transaction. Throws `Poison` if the message can never be read. */
  decode(message: LogMessage): Promise<D>
  /**
   * Applies messages, in order, as part of the transaction that moves the offsets. Only messages not seen before arrive,
   * and per lane in the order of `seq`. Throws `ContractBroken` to park the lane of the message at fault.
   */
  apply(tx: Sql, items: readonly { readonly message: LogMessage; readonly decoded: D }[]): Promise<void>
  /** The offset this consumer must stay below: one that may not overtake another asks here how far that one is. */
  limit?(topic: string, partition: number): Promise<bigint>
  /** Whether each commit is announced on the schema's `progressChannel`, for a consumer that may not overtake this one. */
  readonly isAnnounced?: boolean
  /** Which of these lanes another reader has parked: they are kept here too, and open by themselves when it opens them. */
  held?(tx: Sql, lanes: readonly Buffer[]): Promise<readonly Buffer[]>
  /** Called after each commit that applied something. */
  afterCommit?(): void
}

/** How a consumer does. */
export interface ConsumerHealth {
  readonly state: ReaderState
  /** Whether the last try failed for a reason that passes, such as PostgreSQL being away. */
  readonly isRetrying: boolean
  /** Messages fetched but not yet applied. */
  readonly queued: number
  /** Age of the oldest of them. */
  readonly lagSeconds: number
}

/** A running consumer. */
export interface Consumer {
  /** Applies what is parked of a lane, in order, in one transaction. For operators, after the cause has gone. */
  drain(lane: Buffer): Promise<'drained' | 'still-parked' | 'not-parked' | 'refused'>
  /** Hears what a consumer that it may not overtake announced at its commit. */
  hear(announcement: string): void
  health(): ConsumerHealth
  /** Finishes the batch in hand and gives the partitions back. */
  stop(): Promise<void>
}
