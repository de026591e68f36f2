import type { Database, Sql } from '#libs/postgres'
import type { ProgramKeys } from '#libs/security'
import { newTraceparent } from '#libs/service'
import type { EventRow } from './event-rows.js'
import type { EventRepository } from './event.repository.js'
import { outgoingOf } from './prepare-event.js'
import { lockOrders } from './row-locks.js'
import { moveLine, type LinePlace, type Moved, type SenderLine, type SequenceGap } from './sender-line.js'
import type { AdmittedEvent, LineEvent, ReleasedEvent, SenderLineRepository } from './sender-line.repository.js'

/** A gap that its sender is to be told of. */
export interface ToldGap extends SequenceGap {
  readonly source: string
  /** Since when the event that goes on has waited. */
  readonly since: Date
}

interface SenderLinesParts {
  readonly database: Database
  readonly events: Pick<EventRepository, 'insert' | 'insertWith'>
  readonly lines: SenderLineRepository
  readonly keys: ProgramKeys
  /** Makes the hub's word to the sender, ready to be written. */
  readonly wordOf: (gap: ToldGap) => Promise<EventRow>
  /** Called after lines that moved by themselves. */
  readonly onCommitted: () => void
}

type NumberedRow = EventRow & { readonly child: string; readonly place: LinePlace }

/** What is to be done to lines in one transaction. */
interface Work {
  readonly rows: readonly EventRow[]
  readonly admitted: readonly AdmittedEvent[]
  readonly lines: readonly SenderLine[]
}

/** What a try knows of those before it. */
interface Known {
  /** Rows that the database did not write: repeats, and what rests on an agreement that has ended. They move no line. */
  readonly unwritten: ReadonlySet<string>
  /** Words to senders, by the event that goes on. */
  readonly words: ReadonlyMap<string, EventRow>
}

/** Ends a try whose transaction would say what is not so; nothing of it is written. */
class Unready extends Error {
  constructor(
    readonly unwritten: ReadonlySet<string>,
    readonly untold: readonly ToldGap[],
  ) {
    super('a line has to be looked at again')
    this.name = 'Unready'
  }
}

/** A line, how far it had come, who waited in it, who arrives, and what becomes of them. */
interface MovedLine extends Moved {
  readonly line: SenderLine
  readonly before: bigint | undefined
  readonly early: readonly LineEvent[]
  readonly arriving: readonly NumberedRow[]
}

const mostTries = 10
const mostLines = 100

/**
 * Keeps the order in which a sender counts its events. Whatever moves a line, an event that comes, one whose child is known at
 * last, ten minutes that have passed, is one transaction: the line, who goes on, and the word to the sender of a gap.
 */
export class SenderLines {
  constructor(private readonly parts: SenderLinesParts) {}

  /**
   * Writes a group; durable when it resolves. One in which nobody counts takes the way of all events.
   *
   * @returns the ids written, also of events that wait; another was a repeat, or rested on an agreement that has ended
   */
  async insert(rows: readonly EventRow[]): Promise<ReadonlySet<string>> {
    if (!rows.some(isNumbered)) return this.parts.events.insert(rows)
    return this.move({ rows, admitted: [], lines: [] })
  }

  /** Gives events that waited for their child, or their time, their places in their lines. */
  async admit(admitted: readonly AdmittedEvent[]): Promise<void> {
    await this.move({ rows: [], admitted, lines: [] })
  }

  /** Moves on the lines that may. @returns how many it moved */
  async moveOn(): Promise<number> {
    const movable = await this.parts.lines.movable(mostLines)
    for (const line of movable) await this.move({ rows: [], admitted: [], lines: [line] })
    if (movable.length > 0) this.parts.onCommitted()
    return movable.length
  }

  private async move(work: Work): Promise<ReadonlySet<string>> {
    let known: Known = { unwritten: new Set(), words: new Map() }
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.parts.database.transaction((tx) => this.tryMove(tx, work, known))
      } catch (error) {
        if (!(error instanceof Unready) || tries === mostTries) throw error
        known = { unwritten: error.unwritten, words: await this.wordsOf(error.untold, known) }
      }
    }
  }

  /** Keys are asked for outside of the transaction. */
  private async wordsOf(gaps: readonly ToldGap[], { words }: Known): Promise<Known['words']> {
    const more = await Promise.all(
      gaps.map(async (gap): Promise<[string, EventRow]> => [nameOfGap(gap), await this.parts.wordOf(gap)]),
    )
    return new Map([...words, ...more])
  }

  private async tryMove(tx: Sql, work: Work, known: Known): Promise<ReadonlySet<string>> {
    const moved = await this.look(tx, work, known)
    const words = wordsFor(moved, known)
    const waiting = moved.flatMap(({ arriving, straight }) => arriving.filter(({ eventId }) => !straight.has(eventId)))
    const held = new Set(waiting.map(({ eventId }) => eventId))
    const rows = work.rows.map((row) => (held.has(row.eventId) ? asHeld(row) : row))
    const written = rows.length > 0 ? await this.parts.events.insertWith(tx, rows) : new Set<string>()
    mustBeAsThought(moved, known, written)
    if (waiting.length > 0) await this.parts.lines.hold(tx, waiting)
    const released = moved.flatMap((line) => this.releasedOf(line))
    if (released.length > 0) await this.parts.lines.sendOn(tx, released)
    if (words.length > 0) await this.parts.events.insertWith(tx, words)
    const further = moved.filter(({ before, passed }) => passed !== before)
    if (further.length > 0) await this.parts.lines.pass(tx, further)
    return written
  }

  /** Locks the lines, and finds out what becomes of them. */
  private async look(tx: Sql, { rows, admitted, lines }: Work, { unwritten }: Known): Promise<readonly MovedLine[]> {
    const arriving = firstOfEach(rows.filter(isNumbered).filter(({ eventId }) => !unwritten.has(eventId)))
    const all = distinct([...lines, ...arriving.map(lineOf), ...admitted.map(({ line }) => line)])
    if (all.length === 0) return []
    const streams = [...all.map(({ child }) => child), ...rows.flatMap(({ outgoing }) => outgoing?.stream ?? [])]
    const [passed] = await Promise.all([this.parts.lines.lock(tx, all), lockOrders(tx, streams)])
    if (admitted.length > 0) await this.parts.lines.admit(tx, admitted)
    const early = grouped(await this.parts.lines.early(tx, all), ({ line }) => line)
    const coming = grouped(arriving, lineOf)
    return all.flatMap((line, n): readonly MovedLine[] => {
      const [name, before] = [nameOfLine(line), passed[n]]
      const [waits, comes] = [early.get(name) ?? [], coming.get(name) ?? []]
      if (waits.length + comes.length === 0) return []
      const numbered = comes.map(({ eventId, place: { number, isImmediate = false } }) => ({
        eventId,
        number,
        isImmediate,
      }))
      const moved = moveLine({ passed: before, early: waits }, numbered)
      const { straight, released, gaps } = moved
      return [{ line, before, early: waits, arriving: comes, passed: moved.passed, straight, released, gaps }]
    })
  }

  private releasedOf({ line: { child, source }, released }: MovedLine): readonly ReleasedEvent[] {
    return released.map((eventId) => {
      const message = { eventId, keyId: '', traceparent: newTraceparent() }
      return { eventId, source, outgoing: outgoingOf(this.parts.keys, child, message) }
    })
  }
}

function isNumbered(row: EventRow): row is NumberedRow {
  return row.place !== undefined && row.child !== undefined
}

function lineOf({ child, source, place: { type } }: NumberedRow): SenderLine {
  return { child, source, type }
}

function nameOfLine({ child, source, type }: SenderLine): string {
  return `${child} ${source} ${type}`
}

function grouped<T>(items: readonly T[], lineIn: (item: T) => SenderLine): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const name = nameOfLine(lineIn(item))
    const group = groups.get(name)
    if (group) group.push(item)
    else groups.set(name, [item])
  }
  return groups
}

function distinct(lines: readonly SenderLine[]): readonly SenderLine[] {
  return [...new Map(lines.map((line) => [nameOfLine(line), line])).values()]
}

/** Of several under one name the first is written, if any is. */
function firstOfEach(rows: readonly NumberedRow[]): readonly NumberedRow[] {
  const names = new Set<string>()
  return rows.filter(({ source, sourceEventId }) => {
    const { size } = names
    return names.add(JSON.stringify([source, sourceEventId])).size > size
  })
}

function asHeld({ outgoing, ...row }: EventRow): EventRow {
  return outgoing ? { ...row, state: 'held' } : row
}

/** @throws Unready where a word has still to be made */
function wordsFor(moved: readonly MovedLine[], { words, unwritten }: Known): readonly EventRow[] {
  const gaps = moved.flatMap((line) =>
    line.gaps.map((gap) => ({ ...gap, source: line.line.source, since: sinceOf(line, gap) })),
  )
  const untold = gaps.filter((gap) => !words.has(nameOfGap(gap)))
  if (untold.length > 0) throw new Unready(unwritten, untold)
  return gaps.flatMap((gap) => words.get(nameOfGap(gap)) ?? [])
}

function nameOfGap({ eventId, from }: SequenceGap): string {
  return `${eventId} ${from.toString()}`
}

function sinceOf({ early, arriving }: MovedLine, { eventId }: SequenceGap): Date {
  const event = [...early, ...arriving].find((one) => one.eventId === eventId)
  if (!event) throw new Error('a line goes on to an event that is not in it')
  return event.acceptedAt
}

/** @throws Unready where a line was moved by a row that was not written, or not by one that was */
function mustBeAsThought(moved: readonly MovedLine[], { unwritten }: Known, written: ReadonlySet<string>): void {
  const missing = moved.flatMap(({ before, arriving }) =>
    arriving.filter(({ eventId, place }) => !written.has(eventId) && (before === undefined || place.number > before)),
  )
  const still = [...unwritten].filter((eventId) => !written.has(eventId))
  if (missing.length === 0 && still.length === unwritten.size) return
  throw new Unready(new Set([...still, ...missing.map(({ eventId }) => eventId)]), [])
}
