import { isBlank } from '#libs/identifiers'
import type { FieldFault } from '#libs/problem'

/** Checks one value and adds what is wrong with it; a check never throws and never echoes. */
export type Check = ((value: unknown, pointer: string, faults: FieldFault[]) => void) & {
  readonly isRequired?: boolean
}

/** No calendar has a year 0, and no form of ours a year of five digits. */
const firstMs = Date.parse('0001-01-01T00:00:00Z')
const lastMs = Date.parse('9999-12-31T23:59:59.999Z')

/** Reads a value by a check. */
export function readAs(
  check: Check,
  body: unknown,
): { readonly value?: unknown; readonly faults: readonly FieldFault[] } {
  const faults: FieldFault[] = []
  check(body, '#', faults)
  return faults.length > 0 ? { faults } : { value: body, faults }
}

/** An object with these fields and no others. */
export function object(fields: Readonly<Record<string, Check>>): Check {
  const needed = Object.keys(fields).filter((key) => fields[key]?.isRequired)
  return (value, pointer, faults) => {
    if (!isObject(value)) return void faults.push({ pointer, code: 'FIELD_TYPE' })
    for (const key of Object.keys(value)) {
      const check = Object.hasOwn(fields, key) ? fields[key] : undefined
      if (check) check(value[key], `${pointer}/${key}`, faults)
      else faults.push({ pointer: `${pointer}/${inPointer(key)}`.slice(0, 200), code: 'FIELD_UNKNOWN' })
    }
    for (const key of needed)
      if (value[key] === undefined) faults.push({ pointer: `${pointer}/${key}`, code: 'FIELD_REQUIRED' })
  }
}

/** The same check of an object that must say one of these at least: of one that says none its sender would think that it was said. */
export function saying(members: readonly string[], check: Check): Check {
  return (value, pointer, faults) => {
    check(value, pointer, faults)
    if (isObject(value) && members.every((member) => isUnsaid(value[member])))
      faults.push({ pointer, code: 'FIELD_SIZE' })
  }
}

function isUnsaid(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0)
}

/** Our own names have neither sign (RFC 6901 §3). */
export function inPointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** A list of such values. */
export function arrayOf(check: Check, { most }: { readonly most: number }): Check {
  return (value, pointer, faults) => {
    if (!Array.isArray(value)) return void faults.push({ pointer, code: 'FIELD_TYPE' })
    if (value.length > most) return void faults.push({ pointer, code: 'FIELD_SIZE' })
    value.forEach((item: unknown, at) => {
      check(item, `${pointer}/${at}`, faults)
    })
  }
}

/** The same check, of a field that must be there. */
export function required(check: Check): Check {
  const own: Check = (value, pointer, faults) => {
    check(value, pointer, faults)
  }
  return Object.assign(own, { isRequired: true })
}

/** A text of 1 to `most` characters, none of them a control character, and one at least that one sees. */
export function text(most: number): Check {
  return (value, pointer, faults) => {
    const code = textFault(value, most)
    if (code) faults.push({ pointer, code })
  }
}

/** A name or part of one: a text in which wildcards search for nothing. */
export function wholeName(most: number): Check {
  return (value, pointer, faults) => {
    const code = textFault(value, most) ?? (/[*?]/.test(value as string) ? 'TEXT_WILDCARD' : undefined)
    if (code) faults.push({ pointer, code })
  }
}

/** One of these words. */
export function oneOf(words: readonly string[]): Check {
  return (value, pointer, faults) => {
    if (typeof value !== 'string') faults.push({ pointer, code: 'FIELD_TYPE' })
    else if (!words.includes(value)) faults.push({ pointer, code: 'FIELD_VALUE' })
  }
}

/** A whole number within bounds. */
export function integer(least: number, most: number): Check {
  return (value, pointer, faults) => {
    if (!Number.isInteger(value)) faults.push({ pointer, code: 'FIELD_TYPE' })
    else if ((value as number) < least || (value as number) > most) faults.push({ pointer, code: 'FIELD_SIZE' })
  }
}

/** `true` or `false`. */
export const truth: Check = (value, pointer, faults) => {
  if (typeof value !== 'boolean') faults.push({ pointer, code: 'FIELD_TYPE' })
}

/** A day of the calendar, `yyyy-mm-dd`. */
export const date: Check = (value, pointer, faults) => {
  if (typeof value !== 'string' || !isDay(value)) faults.push({ pointer, code: 'DATE_FORM' })
}

/** An instant with its zone, RFC 3339. */
export const instant: Check = (value, pointer, faults) => {
  const form = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-](0\d|1[0-5]):[0-5]\d)$/
  const day = typeof value === 'string' ? form.exec(value)?.[1] : undefined
  if (day === undefined || !isDay(day) || !isKept(value as string)) faults.push({ pointer, code: 'DATE_FORM' })
}

/** Whether an instant lies in the years 1 to 9999, where its offset leads it. */
function isKept(value: string): boolean {
  const ms = Date.parse(value)
  return ms >= firstMs && ms <= lastMs
}

function isDay(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false
  const at = new Date(`${value}T00:00:00Z`)
  return at.getTime() >= firstMs && at.toISOString().startsWith(value)
}

function textFault(value: unknown, most: number): string | undefined {
  if (typeof value !== 'string') return 'FIELD_TYPE'
  if (/[\p{Cc}\p{Cs}]/u.test(value)) return 'TEXT_CONTROL'
  return isBlank(value) || value.length > most ? 'FIELD_SIZE' : undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
