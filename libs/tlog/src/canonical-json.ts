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
  if (Array.isArray(value)) return `[${value.map((item: unknown) => canonicalJson(item ?? null)).join(',')}]`
  if (typeof value === 'object' && value !== null) return canonicalObject(value as Readonly<Record<string, unknown>>)
  return canonicalScalar(value)
}

function canonicalObject(value: Readonly<Record<string, unknown>>): string {
  const members: string[] = []
  for (const name of Object.keys(value).sort()) {
    const member = value[name]
    if (member !== undefined) members.push(`${canonicalScalar(name)}:${canonicalJson(member)}`)
  }
  return `{${members.join(',')}}`
}

function canonicalScalar(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  if (typeof value === 'string' && isWellFormed(value)) return JSON.stringify(value)
  throw new NotCanonicalError(`A ${typeof value} without a canonical form`)
}

const loneSurrogate = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

function isWellFormed(text: string): boolean {
  return !loneSurrogate.test(text)
}
