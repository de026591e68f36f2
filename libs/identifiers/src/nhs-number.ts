import type { Branded } from './brand.js'

export type NhsNumber = Branded<'NhsNumber'>

/** These pass the check digit and are typed as fillers; no real number has ten equal digits. */
const fillers = /^(\d)\1{9}$|^0123456789$/

/**
 * Reads an NHS number as people write it.
 *
 * @param text - ten digits; spaces are ignored
 * @returns the number as ten digits, or `undefined` if shape or check digit is wrong or it is a filler; never throws
 * @see NHS Data Dictionary, NHS NUMBER: weights 10 to 2, Modulus 11, 10 is never issued
 */
export function parseNhsNumber(text: string): NhsNumber | undefined {
  const digits = text.replace(/\s/g, '')
  if (!/^\d{10}$/.test(digits) || fillers.test(digits)) return undefined
  let sum = 0
  for (let at = 0; at < 9; at += 1) sum += Number(digits[at]) * (10 - at)
  const check = (11 - (sum % 11)) % 11
  return check === Number(digits[9]) ? (digits as NhsNumber) : undefined
}
