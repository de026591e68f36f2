import { isUtf8 } from 'node:buffer'
import { Problem } from './problem.js'

const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype'])
const maxDepth = 64
/** An exponent of three digits, or more digits than the largest double has; texts may hold them too. */
const mayOverflow = /\d[eE]\+?\d{3}|\d{309}/
const nests = /[{[]/
/** An escape that writes half a character; a text may hold these six signs after a backslash of its own. */
const mayBeHalf = /\\u[dD][89a-fA-F]/
const half = /\p{Surrogate}/u

/**
 * Parses JSON as RFC 8259 has it and refuses what parsers disagree about: the same key twice at any depth, invalid UTF-8,
 * a byte order mark, keys that reach a prototype, nesting below 64, numbers that are no double (RFC 7493 §2.2): `1e400`, and
 * halves of characters (RFC 7493 §2.1): `"\ud800"`, which have no canonical form and no place in a database.
 *
 * @throws Problem 400 `MALFORMED`
 */
export function strictJson(body: Buffer): unknown {
  const source = decode(body)
  const value = parse(source)
  if (nests.test(source)) refuseOddKeys(source)
  if (mayOverflow.test(source)) refuseOverflow(value)
  if (mayBeHalf.test(source)) refuseHalves(value)
  return value
}

function decode(body: Buffer): string {
  if (!isUtf8(body)) throw new Problem('MALFORMED', 'The body is not UTF-8')
  return body.toString('utf8')
}

function parse(source: string): unknown {
  try {
    return JSON.parse(source) as unknown
  } catch {
    throw new Problem('MALFORMED', 'The body is not JSON')
  }
}

function refuseOverflow(value: unknown): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Problem('MALFORMED', 'A number is too large')
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(refuseOverflow)
}

function refuseHalves(value: unknown): void {
  if (typeof value === 'string' && half.test(value)) throw new Problem('MALFORMED', 'A text holds half a character')
  if (typeof value === 'object' && value !== null) Object.entries(value).flat().forEach(refuseHalves)
}

/** Walks valid JSON once; only keys and brackets matter, so values are skipped. */
function refuseOddKeys(source: string): void {
  const scopes: (Set<string> | undefined)[] = []
  for (let at = 0; at < source.length; at += 1) {
    const symbol = source.charCodeAt(at)
    if (symbol === 0x22) at = readText(source, at, scopes.at(-1))
    else if (symbol === 0x7b || symbol === 0x5b) open(scopes, symbol === 0x7b)
    else if (symbol === 0x7d || symbol === 0x5d) scopes.pop()
  }
}

function open(scopes: (Set<string> | undefined)[], isObject: boolean): void {
  if (scopes.length >= maxDepth) throw new Problem('MALFORMED', 'The body is nested too deeply')
  scopes.push(isObject ? new Set() : undefined)
}

/** Notes a key; returns where the text ends. */
function readText(source: string, start: number, keys: Set<string> | undefined): number {
  const end = endOfText(source, start)
  if (!keys || !isKey(source, end)) return end
  const key = keyIn(source, start, end)
  if (keys.has(key)) throw new Problem('MALFORMED', 'A key of the body is repeated')
  if (forbiddenKeys.has(key)) throw new Problem('MALFORMED', 'A key of the body is not allowed')
  keys.add(key)
  return end
}

/** The next quote that is not escaped: one after an even number of backslashes. */
function endOfText(source: string, start: number): number {
  let end = source.indexOf('"', start + 1)
  while (isEscaped(source, end)) end = source.indexOf('"', end + 1)
  return end
}

function isEscaped(source: string, at: number): boolean {
  let slashes = 0
  while (source.charCodeAt(at - 1 - slashes) === 0x5c) slashes += 1
  return slashes % 2 === 1
}

/** A key may be written with escapes; most are not. */
function keyIn(source: string, start: number, end: number): string {
  const written = source.slice(start + 1, end)
  return written.includes('\\') ? (JSON.parse(`"${written}"`) as string) : written
}

function isKey(source: string, end: number): boolean {
  let next = end + 1
  let symbol = source.charCodeAt(next)
  while (symbol === 0x20 || symbol === 0x0a || symbol === 0x0d || symbol === 0x09) symbol = source.charCodeAt(++next)
  return symbol === 0x3a
}
