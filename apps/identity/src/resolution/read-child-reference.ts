import { formatUci, readIdentifier, readUci, uciSystem } from '#libs/identifiers'
import type { RecordDetails, RecordIdentifier } from '#libs/matching'
import type { Submission } from './submission.js'

/** A child as an event names it, and who sent it. */
export interface EventChild {
  readonly agencyId: string
  readonly agencyKind: string
  /** As its sender's clock had it, in any zone. */
  readonly recordedAt: string
  readonly child: {
    readonly recordId?: string
    readonly uci?: string
    readonly identifiers?: readonly RecordIdentifier[]
    readonly demographics?: RecordDetails
    readonly withheld?: { readonly demographics?: RecordDetails }
  }
}

export type ReadSubmission =
  | { readonly ok: true; readonly submission: Submission }
  | { readonly ok: false; readonly code: 'IDENTIFIER_INVALID'; readonly pointer: string }

/** Where and when the child of an event is read. */
interface Reading {
  readonly allowReserved: boolean
  /** Nothing was recorded after it came in: a sender's clock that runs ahead makes no record the newest. */
  readonly nowMs: number
}

/**
 * Reads the child of an event. A UCI with a typing error refuses it, and so does an event that names its child by nothing but
 * identifiers that cannot be.
 */
export function readEventChild(item: EventChild, options: Reading): ReadSubmission {
  const { child, agencyId, agencyKind } = item
  const named = namedUci(child)
  const read = named && readUci(named.text, options)
  if (named && read?.ok === false) return refused(named.pointer)
  const uci = read?.ok ? read.uci : undefined
  const details = detailsOf(child)
  if (!isNamed(child, details, uci)) return refused('#/data/child/identifiers/0/value')
  const recordedAt = new Date(Math.min(Date.parse(item.recordedAt), options.nowMs)).toISOString()
  const names = { ...optional('recordId', child.recordId), ...optional('uci', uci) }
  return { ok: true, submission: { agencyId, agencyKind, recordedAt, isEvent: true, details, ...names } }
}

function optional<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, string>)
}

function namedUci({ uci, identifiers = [] }: EventChild['child']) {
  if (uci !== undefined) return { text: uci, pointer: '#/data/child/uci' }
  const at = identifiers.findIndex(({ system }) => system === uciSystem)
  const text = identifiers[at]?.value
  return text === undefined ? undefined : { text, pointer: `#/data/child/identifiers/${at}/value` }
}

function detailsOf({ identifiers = [], demographics, withheld }: EventChild['child']): RecordDetails {
  const own = identifiers.filter(({ system }) => system !== uciSystem)
  return { ...(demographics ?? withheld?.demographics), ...(own.length > 0 && { identifiers: own }) }
}

function isNamed(
  { demographics, withheld }: EventChild['child'],
  details: RecordDetails,
  uci: string | undefined,
): boolean {
  return uci !== undefined || (demographics ?? withheld?.demographics) !== undefined || hasNumber(details)
}

function hasNumber({ identifiers = [] }: RecordDetails): boolean {
  return identifiers.some((given) => readIdentifier(given).ok)
}

/** The form in which a UCI leaves the hub. */
export function shownUci(uci: string | undefined): { readonly uci?: string } {
  return uci === undefined ? {} : { uci: formatUci(uci) }
}

function refused(pointer: string): ReadSubmission {
  return { ok: false, code: 'IDENTIFIER_INVALID', pointer }
}
