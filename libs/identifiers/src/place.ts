/** Reads a unique property reference number: up to twelve digits, kept as text without leading zeros. */
export function parseUprn(text: string): string | undefined {
  const digits = text.replace(/\s/g, '').replace(/^0+(?=\d)/, '')
  return /^\d{1,12}$/.test(digits) && digits !== '0' ? digits : undefined
}

const unitLetters = '[ABD-HJLNP-UW-Z]'
const outward = '(?:[A-PR-UWYZ](?:[A-HK-Y]?[0-9][0-9]?|[0-9][A-HJKPSTUW]|[A-HK-Y][0-9][ABEHMNPRVWXY]))'
const postcode = new RegExp(`^(?:(?:GIR|${outward})[0-9]${unitLetters}{2}|ZZ99[0-9][A-Z]{2})$`)

/**
 * Reads a postcode; nothing is repaired.
 *
 * @returns the postcode in upper case with one space, or `undefined` if the form is wrong; never throws
 * @see BS 7666 as used by the UK's postcode address file; `ZZ99…` pseudo postcodes have the form of a postcode too
 */
export function parsePostcode(text: string): string | undefined {
  const compact = text.replace(/\s/g, '').toUpperCase()
  return postcode.test(compact) ? `${compact.slice(0, -3)} ${compact.slice(-3)}` : undefined
}

/** Says whether a postcode is an ONS pseudo postcode (no fixed abode, abroad, unknown): no evidence of anything. */
export function isPseudoPostcode(text: string): boolean {
  return text.startsWith('ZZ99')
}
