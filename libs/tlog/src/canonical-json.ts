/** Thrown for a value that has no canonical form; the message never holds the value. */
export class NotCanonicalError extends Error {
  readonly code = 'NOT_CANONICAL'
}

/**
 * Writes a value in the one form that every party can reproduce before it hashes or signs.
 *
 * Members whose value is `undefined` are left out, as `JSON.stringify` leaves them out.
 *
 * @throws NotCanonicalError for numbers that are not finite, lone surrogates, functions, symbols and big integers
 * @see RFC 8785: names sorted by UTF-16 code units, no white space, ECMAScript number form
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return canonicalText(value)
  if (typeof value !== 'object' || value === null) return canonicalScalar(value)
  return Array.isArray(value) ? canonicalList(value) : canonicalObject(value as Readonly<Record<string, unknown>>)
}

function canonicalList(items: readonly unknown[]): string {
  let text = '['
  let separator = ''
  for (const item of items) {
    text += separator + canonicalJson(item ?? null)
    separator = ','
  }
  return `${text}]`
}

function canonicalObject(value: Readonly<Record<string, unknown>>): string {
  let text = '{'
  let separator = ''
  for (const name of sorted(Object.keys(value))) {
    const member = value[name]
    if (member === undefined) continue
    text += separator + canonicalName(name) + canonicalJson(member)
    separator = ','
  }
  return `${text}}`
}

const fewNames = 32

/** Most objects have few members, often in order already: putting each where it belongs is half the work of a sort. */
function sorted(names: string[]): string[] {
  if (names.length > fewNames) return names.sort()
  for (let at = 1; at < names.length; at += 1) {
    const name = names[at] as string
    let before = at - 1
    for (; before >= 0 && (names[before] as string) > name; before -= 1) names[before + 1] = names[before] as string
    names[before + 1] = name
  }
  return names
}

const knownNames = new Map<string, string>()
const mostKnownNames = 4_000
const longestKnownName = 64

/** The names of our own schemas come again and again; those that strangers make up fill little memory. */
function canonicalName(name: string): string {
  const known = knownNames.get(name)
  if (known !== undefined) return known
  const written = `${canonicalText(name)}:`
  if (knownNames.size < mostKnownNames && name.length <= longestKnownName) knownNames.set(name, written)
  return written
}

function canonicalScalar(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  throw new NotCanonicalError(`A ${typeof value} without a canonical form`)
}

/** Printable ASCII without quote and backslash: nothing in it is escaped, and nothing can be half a character. */
const plainText = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/
const loneSurrogate = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

function canonicalText(text: string): string {
  if (plainText.test(text)) return `"${text}"`
  if (loneSurrogate.test(text)) throw new NotCanonicalError('A string without a canonical form')
  return JSON.stringify(text)
}
