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
  let text = ''
  for (const item of items) text += text === '' ? canonicalJson(item ?? null) : `,${canonicalJson(item ?? null)}`
  return `[${text}]`
}

function canonicalObject(value: Readonly<Record<string, unknown>>): string {
  let text = ''
  for (const name of Object.keys(value).sort()) {
    const member = value[name]
    if (member === undefined) continue
    if (text !== '') text += ','
    text += `${canonicalText(name)}:${canonicalJson(member)}`
  }
  return `{${text}}`
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
