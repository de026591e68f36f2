import type { Branded } from './brand.js'

export type Uln = Branded<'Uln'>

/**
 * Reads a unique learner number.
 *
 * @param text - ten digits, the first not zero; spaces are ignored
 * @returns the number as ten digits, or `undefined` if shape or check digit is wrong; never throws
 * @see Learning Records Service: Σ digit × (10 to 1), mod 11, is 10; so no ULN is a valid NHS number (whose sum is 0)
 */
export function parseUln(text: string): Uln | undefined {
  const digits = text.replace(/\s/g, '')
  if (!/^[1-9]\d{9}$/.test(digits)) return undefined
  let sum = 0
  for (let at = 0; at < 10; at += 1) sum += Number(digits[at]) * (10 - at)
  return sum % 11 === 10 ? (digits as Uln) : undefined
}
