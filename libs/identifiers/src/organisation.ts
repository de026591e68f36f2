/**
 * Reads the unique reference number of a school in Get Information about Schools; six digits, no check digit.
 * The same six digits may be an Ofsted number: keep the system beside the value.
 */
export function parseUrn(text: string): string | undefined {
  return matched(text, /^\d{6}$/)
}

/** Reads a LAESTAB: three digits of the authority and four of the establishment; `/` and `-` between them are ignored. */
export function parseLaestab(text: string): string | undefined {
  return matched(text.replace(/[/-]/g, ''), /^\d{7}$/)
}

/** Reads a UK provider reference number; eight digits, no check digit. */
export function parseUkprn(text: string): string | undefined {
  return matched(text, /^\d{8}$/)
}

/** Reads an Ofsted provider number: `SC` and six digits, seven digits, or `XXXXXXX` for another regulator's provider. */
export function parseOfstedUrn(text: string): string | undefined {
  return matched(text, /^(SC\d{6}|\d{7}|X{7})$/)
}

/** Reads an ODS code: one to nine letters and digits; the kind of organisation cannot be inferred from it. */
export function parseOds(text: string): string | undefined {
  return matched(text, /^[A-Z0-9]{1,9}$/)
}

/** Reads an ONS (GSS) code of an area: a letter and eight digits, such as `E06000063`. */
export function parseGss(text: string): string | undefined {
  return matched(text, /^[A-Z]\d{8}$/)
}

function matched(text: string, shape: RegExp): string | undefined {
  const value = text.replace(/\s/g, '').toUpperCase()
  return shape.test(value) ? value : undefined
}
