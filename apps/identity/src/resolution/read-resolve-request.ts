import type { RecordDetails } from '#libs/matching'
import type { FieldFault } from '#libs/problem'
import {
  arrayOf,
  date,
  instant,
  integer,
  object,
  oneOf,
  readAs,
  required,
  saying,
  text,
  truth,
  wholeName,
} from './field-checks.js'

/** A request to `POST /v1/resolve`, its form checked. */
export interface ResolveRequest extends RecordDetails {
  readonly mode: 'register' | 'find'
  readonly source?: string
  readonly sourceRecordId?: string
  readonly recordedAt?: string
  readonly purpose?: string
  readonly expectedOn?: string
}

export type ReadRequest =
  | { readonly ok: true; readonly request: ResolveRequest }
  /** `isMalformed`: some field could not be read at all (400); else it could, and breaks a rule (422). */
  | { readonly ok: false; readonly isMalformed: boolean; readonly faults: readonly FieldFault[] }

const name = saying(
  ['given', 'family'],
  object({ use: text(20), given: wholeName(120), family: wholeName(120), from: date, to: date }),
)
const address = saying(
  ['lines', 'postcode', 'uprn'],
  object({ lines: arrayOf(text(120), { most: 6 }), postcode: text(10), uprn: text(20), from: date, to: date }),
)
const identifier = object({
  system: required(text(100)),
  value: required(text(100)),
  verified: truth,
  status: oneOf(['current', 'former', 'disputed']),
  validFrom: date,
  validTo: date,
})
const parent = saying(
  ['role', 'given', 'family', 'bornOn', 'nhsNumber'],
  object({ role: text(40), given: wholeName(120), family: wholeName(120), bornOn: date, nhsNumber: text(20) }),
)
const contact = object({ kind: required(oneOf(['phone', 'email'])), value: required(text(254)) })

const child = {
  names: arrayOf(name, { most: 10 }),
  bornOn: date,
  expectedOn: date,
  sex: oneOf(['female', 'male', 'indeterminate', 'unknown']),
  birthOrder: object({ order: integer(1, 9), of: required(integer(1, 9)) }),
  addresses: arrayOf(address, { most: 20 }),
  identifiers: arrayOf(identifier, { most: 20 }),
  parents: arrayOf(parent, { most: 10 }),
  contacts: arrayOf(contact, { most: 10 }),
  practice: text(20),
}

const resolveRequest = object({
  mode: oneOf(['register', 'find']),
  source: text(120),
  sourceRecordId: text(100),
  recordedAt: instant,
  purpose: text(64),
  ...child,
})

const protectedChild = object({
  uci: text(40),
  recordId: text(100),
  identifiers: child.identifiers,
  demographics: object({
    names: child.names,
    bornOn: date,
    expectedOn: date,
    sex: child.sex,
    birthOrder: child.birthOrder,
    addresses: child.addresses,
    parents: child.parents,
    contacts: child.contacts,
  }),
})

const protectRequest = object({
  level: required(oneOf(['location-hidden', 'existence-hidden'])),
  reason: required(text(500)),
  reviewOn: required(date),
  purpose: text(64),
  child: required(protectedChild),
})

/** Faults that a well-formed field may have; all others mean that it could not be read. */
const ruleFaults = new Set(['FIELD_REQUIRED', 'FIELD_COMBINATION', 'DATE_IMPLAUSIBLE'])
const dayMs = 86_400_000
const oldestYears = 26

/**
 * Reads a request to resolve. Every field is checked, so that all faults are told at once; values are never echoed.
 *
 * @param nowMs - dates of birth lie between 26 years ago and now
 */
export function readResolveRequest(body: unknown, nowMs: number): ReadRequest {
  const { value, faults } = readAs(resolveRequest, body)
  if (faults.length > 0) return refuse(faults)
  const given = value as Omit<ResolveRequest, 'mode'> & Partial<Pick<ResolveRequest, 'mode'>>
  const request: ResolveRequest = { ...given, mode: given.mode ?? 'register' }
  const broken = [...missingIn(request), ...implausibleIn(request, nowMs)]
  return broken.length > 0 ? refuse(broken) : { ok: true, request }
}

type Particulars = RecordDetails & { readonly expectedOn?: string; readonly recordedAt?: string }

/** Who is to be protected, and how. */
export interface ProtectRequest {
  readonly level: 'location-hidden' | 'existence-hidden'
  readonly reason: string
  readonly reviewOn: string
  readonly purpose?: string
  readonly child: {
    readonly uci?: string
    readonly identifiers?: NonNullable<RecordDetails['identifiers']>
    readonly demographics?: RecordDetails
  }
}

/** Reads a request to protect a child; what is said of the child is as possible as it must be to resolve it. */
export function readProtectRequest(
  body: unknown,
  nowMs: number,
): {
  readonly request?: ProtectRequest
  readonly faults: readonly FieldFault[]
} {
  const { value, faults } = readAs(protectRequest, body)
  if (faults.length > 0) return { faults }
  const request = value as ProtectRequest
  const broken = brokenIn(request.child, nowMs)
  return broken.length > 0 ? { faults: broken } : { request, faults }
}

function brokenIn(
  { uci, identifiers = [], demographics }: ProtectRequest['child'],
  nowMs: number,
): readonly FieldFault[] {
  const isNamed = uci !== undefined || identifiers.length > 0 || demographics !== undefined
  if (!isNamed) return [{ pointer: '#/child', code: 'FIELD_REQUIRED' }]
  const broken = demographics ? [...contradictionsIn(demographics), ...implausibleIn(demographics, nowMs)] : []
  return broken.map(({ pointer, code }) => ({ pointer: pointer.replace('#', '#/child/demographics'), code }))
}

function refuse(faults: readonly FieldFault[]): ReadRequest {
  return { ok: false, isMalformed: faults.some(({ code }) => !ruleFaults.has(code)), faults }
}

function missingIn({ mode, source, sourceRecordId, recordedAt, ...rest }: ResolveRequest): readonly FieldFault[] {
  const missing = Object.entries({ source, sourceRecordId, recordedAt }).filter(([, value]) => value === undefined)
  return [
    ...(mode === 'find' ? [] : missing.map(([field]) => ({ pointer: `#/${field}`, code: 'FIELD_REQUIRED' }))),
    ...contradictionsIn(rest),
  ]
}

function contradictionsIn({ bornOn, expectedOn, birthOrder }: Particulars): readonly FieldFault[] {
  const both = bornOn !== undefined && expectedOn !== undefined
  const { order = 0, of = 0 } = birthOrder ?? {}
  return [
    ...(both ? [{ pointer: '#/expectedOn', code: 'FIELD_COMBINATION' }] : []),
    ...(order > of ? [{ pointer: '#/birthOrder', code: 'FIELD_COMBINATION' }] : []),
  ]
}

function implausibleIn({ bornOn, recordedAt }: Particulars, nowMs: number): readonly FieldFault[] {
  const today = new Date(nowMs).toISOString()
  const oldest = `${String(Number(today.slice(0, 4)) - oldestYears)}${today.slice(4, 10)}`
  const isMissingDate = bornOn === '1900-01-01' || bornOn === '1970-01-01'
  const isBornWrong = bornOn !== undefined && !isMissingDate && (Date.parse(bornOn) > nowMs + dayMs || bornOn < oldest)
  const isAhead = recordedAt !== undefined && Date.parse(recordedAt) > nowMs + dayMs
  return [
    ...(isBornWrong ? [{ pointer: '#/bornOn', code: 'DATE_IMPLAUSIBLE' }] : []),
    ...(isAhead ? [{ pointer: '#/recordedAt', code: 'DATE_IMPLAUSIBLE' }] : []),
  ]
}
