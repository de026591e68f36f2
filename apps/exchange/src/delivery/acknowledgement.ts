import { isInstant } from '#libs/events'

/** What a recipient says it has processed, read from its signed body. */
export interface Acknowledgement {
  readonly feed: string
  readonly upTo: bigint
  readonly at: string
  readonly exceptions: readonly { readonly sequence: number; readonly problem: string }[]
}

export type ReadAcknowledgement =
  | { readonly ok: true; readonly acknowledgement: Acknowledgement }
  | { readonly ok: false; readonly pointer: string; readonly code: string }

const problem = /^[a-z][a-z0-9-]{0,63}$/
const mostExceptions = 500

/** What each member must be, in the order in which faults are named. */
const members: Readonly<Record<string, (value: unknown) => boolean>> = {
  feed: (value) => typeof value === 'string',
  upTo: isSequence,
  at: (value) => typeof value === 'string' && isInstant(value),
  exceptions: (value) => value === undefined || areExceptions(value),
}

/** Reads `{feed, upTo, at, exceptions?}`; every other member is a fault. */
export function readAcknowledgement(value: unknown): ReadAcknowledgement {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { ok: false, pointer: '#', code: 'FIELD_TYPE' }
  const body = value as Readonly<Record<string, unknown>>
  const fault =
    Object.keys(body).find((name) => !Object.hasOwn(members, name)) ??
    Object.entries(members).find(([name, isGood]) => !isGood(body[name]))?.[0]
  if (fault !== undefined) {
    const pointer = `#/${fault.replaceAll('~', '~0').replaceAll('/', '~1')}`
    return { ok: false, pointer, code: codeOf(fault, body[fault]) }
  }
  const {
    feed,
    upTo,
    at,
    exceptions = [],
  } = body as unknown as Omit<Acknowledgement, 'upTo' | 'exceptions'> & {
    upTo: number
    exceptions?: Acknowledgement['exceptions']
  }
  return { ok: true, acknowledgement: { feed, upTo: BigInt(upTo), at, exceptions } }
}

function codeOf(member: string, value: unknown): string {
  if (!Object.hasOwn(members, member)) return 'FIELD_UNKNOWN'
  if (value === undefined) return 'FIELD_REQUIRED'
  return member === 'at' ? 'DATE_FORM' : 'FIELD_FORM'
}

function isSequence(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function areExceptions(value: unknown): value is Acknowledgement['exceptions'] {
  return Array.isArray(value) && value.length <= mostExceptions && value.every(isException)
}

function isException(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { sequence, problem: named, ...rest } = value as Readonly<Record<string, unknown>>
  return (
    isSequence(sequence) &&
    sequence > 0 &&
    typeof named === 'string' &&
    problem.test(named) &&
    Object.keys(rest).length === 0
  )
}
