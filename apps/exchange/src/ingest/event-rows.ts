import { packBytes, type OutboxMessage } from '#libs/postgres'
import type { Restraint } from './restraint.js'
import type { LinePlace } from './sender-line.js'

/** An event ready to be written: sealed, with the access record of its arrival. */
export interface EventRow {
  readonly source: string
  readonly sourceEventId: string
  readonly eventId: string
  readonly bodyDigest: string
  readonly type: string
  /** Absent where the identifier is withheld from matching, or the child is not known yet. */
  readonly child?: string
  readonly state: 'accepted' | 'held' | 'awaiting-identity'
  /** When a held event is released. */
  readonly releaseAt?: Date
  /** The poster's agreement that the event rests on; the row is left out if it has ended. */
  readonly agreementId?: string
  /** The receipt as it is answered, without its signature. */
  readonly receipt?: string
  readonly acceptedAt: Date
  readonly keyId: string
  readonly sealed: Buffer
  /** How it goes out; absent while it waits. */
  readonly outgoing?: OutgoingEvent
  /** Where its sender counts: its own place, or that of the event it names, behind which it waits. */
  readonly place?: LinePlace
  /** The event it names, where that still waits for its child, or for its time: it waits behind it. */
  readonly behind?: string
  /** The access record of its arrival. */
  readonly access?: OutboxMessage
  /** What it takes back. */
  readonly withdraws?: Withdrawal
  /** What it sets against sharing. */
  readonly restraint?: Restraint
  /** What is written with it, if it is written: the hub's word to its sender. */
  readonly notice?: EventRow
}

/** Where an accepted event is ordered, and how it travels; the sequence number is added by the statement. */
export interface OutgoingEvent {
  /** The child, or a stream of the event's own. */
  readonly stream: string
  readonly shard: number
  readonly partition: number
  readonly lane: Buffer
  readonly headers: Readonly<Record<string, string>>
}

export interface Withdrawal {
  readonly eventId: string
  readonly because: 'basis-withdrawn' | 'corrected'
}

/** The messages that go out with these rows, as far as the relay needs them. */
export function messagesOf(rows: readonly EventRow[]): readonly Pick<OutboxMessage, 'eventId' | 'value'>[] {
  return rows.flatMap(({ eventId, sealed: value, outgoing, access }) => [
    ...(outgoing ? [{ eventId, value }] : []),
    ...(access ? [access] : []),
  ])
}

/** The parameters of the statement that writes events, in its order: a list a column, and all bytes in one value. */
export function columnsOf(rows: readonly EventRow[]): readonly unknown[] {
  const text = (value: (row: EventRow) => unknown) => rows.map((row) => value(row) ?? null)
  const plain = (value: (row: EventRow) => Plain) => plainList(rows.map(value))
  const { bytes, starts, lengths } = bytesOf(rows)
  return [
    text((row) => row.source),
    text((row) => row.sourceEventId),
    plain((row) => row.eventId),
    plain((row) => row.bodyDigest),
    text((row) => row.type),
    plain((row) => row.child),
    plain((row) => row.state),
    plain((row) => row.releaseAt?.toISOString()),
    text((row) => row.agreementId),
    plain((row) => row.acceptedAt.toISOString()),
    plain((row) => row.keyId),
    plain((row) => row.outgoing?.stream),
    plain((row) => row.outgoing?.shard),
    plain((row) => row.outgoing?.partition),
    text((row) => row.outgoing && JSON.stringify(row.outgoing.headers)),
    plain((row) => row.access?.eventId),
    plain((row) => row.access?.partition),
    text((row) => row.access && JSON.stringify(row.access.headers)),
    ...[bytes, ...starts.map(plainList), ...lengths.map(plainList)],
  ]
}

type Plain = string | number | null | undefined

/**
 * A list as PostgreSQL writes it, of values of our own making that hold no blank, comma, quote, bracket or backslash: ids,
 * digests, numbers, instants, words. `pg` looks through every text for them.
 */
function plainList(values: readonly Plain[]): string {
  return `{${values.map((value) => value ?? 'null').join(',')}}`
}

/** The columns of bytes, each as where its values begin in one long value, and how long they are. */
function bytesOf(rows: readonly EventRow[]) {
  const columns = [
    rows.map((row) => row.sealed),
    rows.map((row) => row.outgoing?.lane ?? null),
    rows.map((row) => row.access?.key ?? null),
    rows.map((row) => row.access?.value ?? null),
    rows.map((row) => (row.receipt === undefined ? null : Buffer.from(row.receipt, 'utf8'))),
  ]
  const packed = packBytes(columns.flat())
  const split = <T>(list: readonly T[]) => columns.map((_, n) => list.slice(n * rows.length, (n + 1) * rows.length))
  return { bytes: packed.bytes, starts: split(packed.starts), lengths: split(packed.lengths) }
}
