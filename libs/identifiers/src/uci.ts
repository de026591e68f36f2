import type { Branded } from './brand.js'

/** A unique child identifier as it is stored: ten upper-case symbols. */
export type Uci = Branded<'Uci'>

export type UciFault = 'UCI_LENGTH' | 'UCI_SYMBOL' | 'UCI_CHECK_FAILED' | 'UCI_RESERVED'

const alphabet = '0123456789BCDFGHJKMNPQRTVWXYZ'
const ignored = /[ \u00a0\-\u2010-\u2015]/g
const reservedStart = '99'

/**
 * Reads a UCI as people write it; a typing error is reported, never corrected.
 *
 * @param text - ten symbols in either case; blanks, hyphens and dashes are ignored
 * @param options.allowReserved - whether the `99…` identifiers of tests and demonstrations are accepted (never in production)
 * @returns the ten symbols, or the first fault in the order length, symbol, check, reserved; never throws
 */
export function readUci(
  text: string,
  options: { readonly allowReserved: boolean },
): { readonly ok: true; readonly uci: Uci } | { readonly ok: false; readonly code: UciFault } {
  const symbols = text.replace(ignored, '').replace(/[a-z]/g, (letter) => letter.toUpperCase())
  if (Array.from(symbols).length !== 10) return { ok: false, code: 'UCI_LENGTH' }
  const values = valuesOf(symbols)
  if (values.includes(-1)) return { ok: false, code: 'UCI_SYMBOL' }
  const [s1, s2] = syndromesOf(values)
  if (s1 !== 0 || s2 !== 0) return { ok: false, code: 'UCI_CHECK_FAILED' }
  if (!options.allowReserved && symbols.startsWith(reservedStart)) return { ok: false, code: 'UCI_RESERVED' }
  return { ok: true, uci: symbols as Uci }
}

/** Shows a stored UCI in the one form that leaves the hub, `XXXX-XXXX-XX`. */
export function formatUci(uci: string): string {
  return `${uci.slice(0, 4)}-${uci.slice(4, 8)}-${uci.slice(8)}`
}

/**
 * Draws a new UCI; the caller's unique constraint decides whether it is free.
 *
 * @param random - returns that many bytes of a cryptographic generator; bytes of 232 and above are passed over
 * @param options.reserved - `true` draws only from the `99…` identifiers of tests and demonstrations, `false` never from them
 */
export function drawUci(random: (length: number) => Uint8Array, options: { readonly reserved: boolean }): Uci {
  for (;;) {
    const drawn = drawSymbols(random, options.reserved ? 6 : 8)
    const payload = options.reserved ? reservedStart + drawn : drawn
    const wrongRange = !options.reserved && payload.startsWith(reservedStart)
    if (/[A-Z]/.test(payload) && !wrongRange) return withCheckSymbols(payload)
  }
}

/**
 * The two sums Σ i·cᵢ and Σ i²·cᵢ modulo 29 over ten symbol values (0 to 28): both zero for a valid UCI.
 * A single wrong symbol stands at position s2 · s1⁻¹ and is s1 · that position's inverse too great.
 */
export function syndromesOf(values: readonly number[]): readonly [s1: number, s2: number] {
  let s1 = 0
  let s2 = 0
  values.forEach((value, index) => {
    const position = index + 1
    s1 += position * value
    s2 += position * position * value
  })
  return [s1 % 29, s2 % 29]
}

/** The values 0 to 28 of symbols, -1 for a character outside the alphabet. */
export function valuesOf(symbols: string): readonly number[] {
  return Array.from(symbols, (symbol) => alphabet.indexOf(symbol))
}

function withCheckSymbols(payload: string): Uci {
  const [a, b] = syndromesOf(valuesOf(payload))
  return (payload + alphabet.charAt((15 * a + 13 * b) % 29) + alphabet.charAt((27 * a + 26 * b) % 29)) as Uci
}

function drawSymbols(random: (length: number) => Uint8Array, length: number): string {
  let symbols = ''
  while (symbols.length < length) {
    for (const byte of random(length - symbols.length)) if (byte < 232) symbols += alphabet.charAt(byte % 29)
  }
  return symbols
}
