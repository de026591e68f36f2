import { Problem } from './problem.js'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype'])
const maxDepth = 64

/**
 * Parses JSON as RFC 8259 has it and refuses what parsers disagree about: the same key twice at any depth, invalid UTF-8,
 * a byte order mark, keys that reach a prototype, and nesting below 64.
 *
 * @throws Problem 400 `MALFORMED`
 */
export function strictJson(body: Buffer): unknown {
  const source = decode(body)
  const value = parse(source)
  if (source.includes('{')) refuseOddKeys(source)
  return value
}

function decode(body: Buffer): string {
  try {
    return utf8.decode(body)
  } catch {
    throw new Problem('MALFORMED', 'The body is not UTF-8')
  }
}

function parse(source: string): unknown {
  try {
    return JSON.parse(source) as unknown
  } catch {
    throw new Problem('MALFORMED', 'The body is not JSON')
  }
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
  let end = start + 1
  while (source.charCodeAt(end) !== 0x22) end += source.charCodeAt(end) === 0x5c ? 2 : 1
  if (!keys || !isKey(source, end)) return end
  const key = JSON.parse(source.slice(start, end + 1)) as string
  if (keys.has(key)) throw new Problem('MALFORMED', 'A key of the body is repeated')
  if (forbiddenKeys.has(key)) throw new Problem('MALFORMED', 'A key of the body is not allowed')
  keys.add(key)
  return end
}

function isKey(source: string, end: number): boolean {
  let next = end + 1
  while (' \t\n\r'.includes(source.charAt(next)) && next < source.length) next += 1
  return source.charCodeAt(next) === 0x3a
}
