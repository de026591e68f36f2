import { Problem, type FieldFault } from '#libs/service'
import { arrayOf, object, readAs, required, text, truth, type Check } from '../resolution/field-checks.js'
import { readResolveRequest, type ResolveRequest } from '../resolution/read-resolve-request.js'

/** A list of an agency's own records, and whether it is all of them. */
export interface OwnList {
  readonly records: readonly (ResolveRequest & { readonly sourceRecordId: string })[]
  readonly isComplete: boolean
  readonly purpose?: string
}

const recordsAtMost = 500
const anything: Check = () => undefined
const list = object({
  records: required(arrayOf(required(anything), { most: recordsAtMost })),
  isComplete: truth,
  purpose: text(64),
})

/**
 * Reads a list to be compared: each record as `POST /v1/resolve` takes it, with its own id.
 *
 * @throws Problem 422 `SCHEMA_INVALID`, with a pointer for each fault
 */
export function readList(body: unknown, nowMs: number): OwnList {
  const { value, faults } = readAs(list, body)
  if (faults.length > 0) throw new Problem('SCHEMA_INVALID', undefined, { errors: faults })
  const {
    records,
    isComplete = false,
    purpose,
  } = value as {
    readonly records: readonly unknown[]
    readonly isComplete?: boolean
    readonly purpose?: string
  }
  const read = records.map((record) => readResolveRequest(asSearch(record), nowMs))
  const wrong = read.flatMap((one, at) => (one.ok ? [] : one.faults.map((fault) => within(at, fault))))
  const nameless = read.flatMap((one, at) =>
    one.ok && one.request.sourceRecordId === undefined
      ? [within(at, { pointer: '#/sourceRecordId', code: 'FIELD_REQUIRED' })]
      : [],
  )
  if (wrong.length + nameless.length > 0)
    throw new Problem('SCHEMA_INVALID', undefined, { errors: [...wrong, ...nameless] })
  const whole = read.flatMap((one) => (one.ok ? [one.request as OwnList['records'][number]] : []))
  return { records: whole, isComplete, ...(purpose !== undefined && { purpose }) }
}

/** Comparing registers nothing. */
function asSearch(record: unknown): unknown {
  return typeof record === 'object' && record !== null && !Array.isArray(record) ? { ...record, mode: 'find' } : record
}

function within(at: number, { pointer, code }: FieldFault): FieldFault {
  return { pointer: pointer.replace('#', `#/records/${String(at)}`), code }
}
