import type { Database, Sql } from '#libs/postgres'
import type { LogMessage, TopicPartition } from './event-log.js'
import {
  lastSeqs,
  noteProgress,
  openBatch,
  statementMs,
  type InboxPlace,
  type LaneMessage,
  type Move,
} from './inbox-rows.js'
import { placeInLanes, type LaneState, type Placing } from './lane-order.js'
import { lockLane, park, parkedMessages, release } from './parking.js'
import { announcementOf } from './limits.js'
import { progressChannel } from './progress-channel.js'
import { isTransient, OffsetTaken, Poison, refusalOf, type ParkClass } from './refusal.js'

/** A message with what it was decoded to, or why it could not be. */
export interface Item<D> extends LaneMessage {
  readonly seq: bigint | undefined
  readonly decoded: D | undefined
  readonly refusal: { readonly class: ParkClass; readonly code: string } | undefined
}

export interface InboxOptions<D> extends InboxPlace {
  readonly database: Pick<Database, 'query' | 'transaction'>
  readonly decode: (message: LogMessage) => Promise<D>
  readonly apply: (tx: Sql, items: readonly { readonly message: LogMessage; readonly decoded: D }[]) => Promise<void>
  readonly isAnnounced?: boolean
  readonly held?: (tx: Sql, lanes: readonly Buffer[]) => Promise<readonly Buffer[]>
  /** Called after each commit that applied something, and after no other. */
  readonly afterCommit: () => void
}

/** What became of a batch. */
export interface BatchOutcome {
  readonly applied: number
  readonly repeated: number
  readonly parked: readonly { readonly lane: Buffer; readonly class: ParkClass; readonly code: string }[]
  /** Lanes that waited for a message which has come. */
  readonly unblocked: readonly Buffer[]
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/
const number = /^\d{1,18}$/

/** Applies batches, each in one transaction with the offsets, the ids seen and what is parked. */
export class Inbox<D> {
  private applied = 0

  constructor(private readonly options: InboxOptions<D>) {}

  /** Decodes outside any transaction. @throws what is transient; every other failure is part of the item */
  async decode(messages: readonly LogMessage[]): Promise<readonly Item<D>[]> {
    return Promise.all(messages.map((message) => this.decodeOne(message)))
  }

  /**
   * Applies items in one transaction: offsets by compare-and-set, ids, effects, what is kept.
   *
   * @throws OffsetTaken when another member has moved an offset; what `apply` and PostgreSQL throw
   */
  async apply(items: readonly Item<D>[], committed: (at: TopicPartition) => bigint): Promise<BatchOutcome> {
    const batch = {
      moves: moves(items, committed),
      ids: items.flatMap(({ eventId }) => eventId ?? []),
      lanes: items.map(({ lane }) => lane),
    }
    return this.inTransaction(async (tx) => {
      // One after another, in one trip: what a drain meanwhile did is seen by the second, since the first locks what is parked.
      const [opened, known] = await Promise.all([openBatch(tx, this.options, batch), this.lanesOf(tx, items)])
      if (!opened) throw new OffsetTaken()
      this.announce(tx, batch.moves)
      const fresh = firstOfEach(items, opened.fresh)
      if (fresh.length === 0) return { applied: 0, repeated: items.length, parked: [], unblocked: [] }
      const state = stateFrom(known, opened.parked)
      const waiting = [...opened.parked].flatMap(([lane, why]) => (why.class === 'sequence' ? [lane] : []))
      const outcome = await this.place(tx, fresh, state)
      const unblocked = waiting.filter((lane) => outcome.appliedLanes.has(lane)).map((lane) => Buffer.from(lane, 'hex'))
      return { ...outcome, repeated: outcome.repeated + items.length - fresh.length, unblocked }
    })
  }

  /**
   * Applies what is kept of a lane, in order, in one transaction.
   *
   * @throws what `apply` and PostgreSQL throw; the lane is as it was then
   */
  async drain(lane: Buffer): Promise<'drained' | 'still-parked' | 'not-parked'> {
    const kept = await parkedMessages(this.options.database, this.options, lane)
    const items = await this.decode(kept)
    return this.inTransaction(async (tx) => {
      if (!(await lockLane(tx, this.options, lane))) return 'not-parked'
      const state = stateFrom(await this.lanesOf(tx, items), new Map())
      if (state.parked.size > 0) return 'still-parked'
      const placings = placeInLanes(items.map(laneItem), state)
      const refused = placings.find((placing) => placing.kind === 'park' && placing.class !== 'sequence')
      if (refused?.kind === 'park') throw new Poison(refused.code)
      await this.applyPlaced(tx, items, placings)
      return release(
        tx,
        this.options,
        lane,
        kept.filter((_, at) => placings[at]?.kind !== 'park'),
      )
    })
  }

  /** One at a time. */
  private async inTransaction<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
    const before = this.applied
    const done = await this.options.database.transaction(work, { statementMs })
    if (this.applied > before) this.options.afterCommit()
    return done
  }

  /** Heard once the transaction has committed: where it stands then. */
  private announce(tx: Sql, moves: readonly Move[]): void {
    const { isAnnounced = false, schema } = this.options
    if (isAnnounced) void tx.query('select pg_notify($1, $2)', [progressChannel(schema), announcementOf(moves)])
  }

  private async decodeOne(message: LogMessage): Promise<Item<D>> {
    const item = undecoded(message)
    if (item.refusal) return item
    try {
      return { ...item, decoded: await this.options.decode(message) }
    } catch (error) {
      if (isTransient(error)) throw error
      return {
        ...item,
        refusal: error instanceof Poison ? refusalOf(error) : { class: 'poison', code: 'DECODE_FAILED' },
      }
    }
  }

  /** How far the lanes of these items have got, and which of them another reader holds. */
  private async lanesOf(tx: Sql, items: readonly Item<D>[]): Promise<KnownLanes> {
    const lanes = new Map(items.map(({ lane }) => [lane.toString('hex'), lane]))
    const [last, held] = await Promise.all([
      lastSeqs(tx, this.options, items),
      this.options.held?.(tx, [...lanes.values()]) ?? [],
    ])
    return { last, held }
  }

  private async place(tx: Sql, items: readonly Item<D>[], state: LaneState) {
    const placings = placeInLanes(items.map(laneItem), state)
    const kept = items.flatMap((item, at) => {
      const placing = placings[at]
      return placing?.kind === 'park' ? [{ ...item, class: placing.class, code: placing.code }] : []
    })
    const applied = await this.applyPlaced(tx, items, placings)
    await park(tx, this.options, kept)
    return {
      applied: applied.length,
      repeated: items.length - applied.length - kept.length,
      parked: kept,
      appliedLanes: new Set(applied.map(({ lane }) => lane.toString('hex'))),
    }
  }

  private async applyPlaced(
    tx: Sql,
    items: readonly Item<D>[],
    placings: readonly Placing[],
  ): Promise<readonly Item<D>[]> {
    const applied = items.filter((_, at) => placings[at]?.kind === 'apply')
    if (applied.length === 0) return applied
    this.applied += 1
    await this.options.apply(
      tx,
      applied.map(({ message, decoded }) => ({ message, decoded: decoded as D })),
    )
    noteProgress(
      tx,
      this.options,
      applied.flatMap(({ message, lane, seq }) => (seq === undefined ? [] : [{ topic: message.topic, lane, seq }])),
    )
    return applied
  }
}

/** What is asked of lanes at the beginning of a batch. */
interface KnownLanes {
  readonly last: LaneState['last']
  /** By another reader. */
  readonly held: readonly Buffer[]
}

/** Lanes that another reader holds are closed here too. */
function stateFrom({ last, held }: KnownLanes, opened: LaneState['parked']): LaneState {
  const parked = new Map(opened)
  for (const lane of held) {
    const name = lane.toString('hex')
    const known = parked.get(name)
    if (!known || known.class === 'sequence') parked.set(name, { class: 'upstream', code: 'HELD_UPSTREAM' })
  }
  return { parked, last }
}

/** Reads what orders a message. Where the key is unreadable, the message is a lane of its own. */
function undecoded(message: LogMessage): Item<never> {
  const { key, topic, partition, offset, headers } = message
  const id = headers['event-id'] ?? ''
  const seq = headers['seq']
  const code = faultOf(id, seq)
  return {
    message,
    lane: key.length > 0 ? key : Buffer.from(`${topic}/${partition}/${offset}`),
    eventId: uuid.test(id) ? id : undefined,
    seq: seq !== undefined && number.test(seq) ? BigInt(seq) : undefined,
    decoded: undefined,
    refusal: code === undefined ? undefined : { class: 'poison', code },
  }
}

function faultOf(id: string, seq: string | undefined): string | undefined {
  if (!uuid.test(id)) return 'EVENT_ID_INVALID'
  return seq === undefined || number.test(seq) ? undefined : 'SEQUENCE_INVALID'
}

function laneItem<D>({ message, lane, seq, refusal }: Item<D>) {
  const name = lane.toString('hex')
  return { stream: `${message.topic}/${name}`, lane: name, seq, refusal }
}

/** Where each partition stands and where the last of its items takes it. */
function moves<D>(items: readonly Item<D>[], committed: (at: TopicPartition) => bigint): readonly Move[] {
  const last = new Map(items.map(({ message }) => [`${message.topic}/${message.partition}`, message]))
  return [...last.values()]
    .map((at) => ({ at, expected: committed(at), next: at.offset + 1n }))
    .sort((a, b) => a.at.topic.localeCompare(b.at.topic) || a.at.partition - b.at.partition)
}

/** The items whose id is new, each id once; an item without an id is new by its offset. */
function firstOfEach<D>(items: readonly Item<D>[], fresh: ReadonlySet<string>): readonly Item<D>[] {
  const left = new Set(fresh)
  return items.filter(({ eventId }) => eventId === undefined || left.delete(eventId))
}
