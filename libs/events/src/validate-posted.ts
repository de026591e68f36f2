import type { PostedEvent } from './envelope.js'
import { eventTypes, type EventTypeInfo } from './event-type.js'
import { faultAt, type Fault } from './fault.js'
import { contradictionsIn } from './contradictions.js'
import { emptyShells } from './empty-shells.js'
import { checkIdentifiers } from './named-identifiers.js'
import { brokenLinesIn } from './one-line-texts.js'
import { implausibleDates } from './plausible-dates.js'
import { findCode } from './code-list.js'
import { checkAgainstSchema } from './schema-check.js'

/** Why an event is not taken: a problem code of the catalogue, and the fields. */
export interface EventRefusal {
  readonly ok: false
  readonly code: 'SCHEMA_INVALID' | 'TYPE_UNKNOWN' | 'BASIS_MISSING' | 'IDENTIFIER_INVALID' | 'WITHHELD_WITHOUT_REASON'
  readonly faults: readonly Fault[]
}

/** A posted event that fits its schema, with what its sender should be told although it was taken. */
export interface EventAccepted {
  readonly ok: true
  readonly event: PostedEvent
  readonly notices: readonly Fault[]
}

/**
 * Reads a posted event: its type's schema, its dates, its identifiers. Whether its basis is lawful is another
 * question ({@link checkBasis}).
 *
 * @param value - the parsed body of the request
 * @param options.now - when it came in; a date that says something happened may not lie after tomorrow
 * @param options.allowReservedUci - whether `99…` UCIs pass (every profile but production)
 * @returns the event, codes trimmed and unknown optional fields of the body kept; or what is wrong, never a value
 */
export function validatePosted(
  value: unknown,
  options: { readonly now: Date; readonly allowReservedUci?: boolean },
): EventAccepted | EventRefusal {
  if (!isObject(value)) return refuse('SCHEMA_INVALID', [faultAt([], 'FIELD_TYPE')])
  if (typeof value['type'] !== 'string') return refuse('SCHEMA_INVALID', [missingType(value['type'])])
  const info = eventTypes.get(value['type'])
  if (!info || info.postedBy === 'hub') return refuse('TYPE_UNKNOWN', [faultAt(['type'], 'FIELD_VALUE')])
  const event = trimCodes(value)
  const faults = checkAgainstSchema(event, info.type, 'posted')
  if (faults.length > 0) return refuseBySchema(event, faults)
  return checkContent(event as unknown as PostedEvent, info, { allowReservedUci: true, ...options })
}

function checkContent(
  event: PostedEvent,
  info: EventTypeInfo,
  { now, allowReservedUci }: { readonly now: Date; readonly allowReservedUci: boolean },
): EventAccepted | EventRefusal {
  const impossible = [
    ...brokenLinesIn(event),
    ...emptyShells(event, info),
    ...implausibleDates(event, info, now),
    ...contradictionsIn(event, info),
  ]
  if (impossible.length > 0) return refuse('SCHEMA_INVALID', impossible)
  const { faults, notices } = checkIdentifiers(event, info, { allowReservedUci })
  if (faults.length > 0) return refuse('IDENTIFIER_INVALID', faults)
  return { ok: true, event, notices }
}

function refuse(code: EventRefusal['code'], faults: readonly Fault[]): EventRefusal {
  return { ok: false, code, faults }
}

function refuseBySchema(event: Record<string, unknown>, faults: readonly Fault[]): EventRefusal {
  const told = faults.map((fault) =>
    isRefusedPurpose(event, fault) ? { ...fault, code: 'PURPOSE_REFUSED' as const } : fault,
  )
  if (told.some(({ pointer, code }) => pointer === '#/data/sharingBasis' && code === 'FIELD_REQUIRED'))
    return refuse('BASIS_MISSING', told)
  if (told.every(({ pointer }) => pointer === '#/data/child/withheld/reason'))
    return refuse('WITHHELD_WITHOUT_REASON', told)
  return refuse('SCHEMA_INVALID', told)
}

function isRefusedPurpose(event: Record<string, unknown>, { pointer }: Fault): boolean {
  if (pointer !== '#/data/sharingBasis/purpose') return false
  const { sharingBasis } = event['data'] as { sharingBasis: { purpose?: unknown } }
  return findCode('refused-purposes', sharingBasis.purpose) !== undefined
}

function missingType(type: unknown): Fault {
  return faultAt(['type'], type === undefined ? 'FIELD_REQUIRED' : 'FIELD_TYPE')
}

/** Codes circulate with blanks around them; nothing else is changed. */
function trimCodes(value: Record<string, unknown>): Record<string, unknown> {
  const data = value['data']
  const body = isObject(data) ? data['body'] : undefined
  if (!isObject(data) || !isObject(body)) return value
  const trimmed = Object.entries(body).map(([name, field]) =>
    name.endsWith('Code') && typeof field === 'string' ? [name, field.trim()] : [name, field],
  )
  return { ...value, data: { ...data, body: Object.fromEntries(trimmed) as Record<string, unknown> } }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
