import type { Branded } from './brand.js'

export type Upn = Branded<'Upn'>

const letters = 'ABCDEFGHJKLMNPQRTUVWXYZ'
const shape = /^[A-HJ-NP-RT-Z]\d{11}[\dA-HJ-NP-RT-Z]$/

/**
 * Reads a unique pupil number.
 *
 * @param text - 13 characters in either case; spaces are ignored. `UN1` to `UN7` say why a pupil has none and are no UPN
 * @returns the number in upper case, or `undefined` if shape or check letter is wrong; never throws
 * @see DfE, Unique pupil numbers: the letter is Σ position × value over positions 2 to 13, mod 23
 */
export function parseUpn(text: string): Upn | undefined {
  const upn = text.replace(/\s/g, '').toUpperCase()
  if (!shape.test(upn)) return undefined
  let sum = 0
  for (let position = 2; position <= 13; position += 1) sum += position * valueOf(upn.charAt(position - 1))
  return letters[sum % 23] === upn[0] ? (upn as Upn) : undefined
}

/** Says whether a UPN is temporary (its last character is a letter): weak evidence, and soon replaced. */
export function isTemporaryUpn(upn: string): boolean {
  return /[A-Z]$/.test(upn)
}

function valueOf(character: string): number {
  const digit = Number(character)
  return Number.isNaN(digit) ? letters.indexOf(character) : digit
}
