import { Problem, type FieldFault } from '#libs/service'
import { integer, object, readAs, required, text, type Check } from '../resolution/field-checks.js'
import { readResolveRequest } from '../resolution/read-resolve-request.js'
import type { WhatIfQuestion } from './what-if.js'

const bitsAtMost = 200_000
const weight = object({ m: required(integer(-bitsAtMost, bitsAtMost)), s: required(integer(-bitsAtMost, bitsAtMost)) })
const anything: Check = () => undefined
const question = object({
  record: required(anything),
  model: text(80),
  purpose: text(64),
  weights: everyOf(everyOf(weight)),
})

/**
 * Reads a question of what would become of a record.
 *
 * @throws Problem 422 `SCHEMA_INVALID`, with a pointer for each fault
 */
export function readWhatIf(body: unknown, nowMs: number): WhatIfQuestion {
  const { value, faults } = readAs(question, body)
  if (faults.length > 0) throw new Problem('SCHEMA_INVALID', undefined, { errors: faults })
  const { record, model, weights } = value as {
    readonly record: unknown
    readonly model?: string
    readonly weights?: NonNullable<WhatIfQuestion['weights']>
  }
  const read = readResolveRequest(withMode(record), nowMs)
  if (!read.ok)
    throw new Problem('SCHEMA_INVALID', undefined, {
      errors: read.faults.map(({ pointer, code }) => ({ pointer: pointer.replace('#', '#/record'), code })),
    })
  return { record: read.request, ...(model !== undefined && { modelHash: model }), ...(weights && { weights }) }
}

/** Nothing is registered here, so nothing that registering needs has to be said. */
function withMode(record: unknown): unknown {
  return typeof record === 'object' && record !== null && !Array.isArray(record) ? { ...record, mode: 'find' } : record
}

/** An object whose every member, whatever it is called, is checked alike. */
function everyOf(check: Check): Check {
  return (value, pointer, faults: FieldFault[]) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return void faults.push({ pointer, code: 'FIELD_TYPE' })
    for (const [name, member] of Object.entries(value)) check(member, `${pointer}/${name.slice(0, 60)}`, faults)
  }
}
