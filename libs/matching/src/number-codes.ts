/** A postcode as a number: sign by sign in base 37, inward part last; 0 is none. */
export type PostcodeCode = number

const signs = ' 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const inwardCodes = 37 ** 3
const uprnLimit = 10 ** 12
const placeCodes = 2 ** 48
const upnPattern = /^([A-Z])(\d{11})([0-9A-Z])$/

/** The code of a postcode in its matching form (no space); 0 for what has not its form. */
export function postcodeCode(postcode: string): PostcodeCode {
  if (!/^[A-Z0-9]{2,4}\d[A-Z]{2}$/.test(postcode)) return 0
  let code = 0
  for (const sign of postcode) code = code * 37 + signs.indexOf(sign)
  return code
}

/** Code of the outward part. */
export function outcodeOf(code: PostcodeCode): number {
  return Math.floor(code / inwardCodes)
}

/** Code of what comes after the outward part. */
export function incodeOf(code: PostcodeCode): number {
  return code % inwardCodes
}

/** The postcode made of both parts. */
export function postcodeFrom(outcode: number, incode: number): PostcodeCode {
  return outcode * inwardCodes + incode
}

/** Code of outward part and the first sign after it. */
export function sectorOf(code: PostcodeCode): number {
  return Math.floor(code / (37 * 37))
}

/** Writes the signs of a postcode, the last one first, and says how many there are. */
export function signsOf(code: PostcodeCode, into: Uint8Array): number {
  let [left, length] = [code, 0]
  while (left > 0) {
    into[length] = left % 37
    left = Math.floor(left / 37)
    length += 1
  }
  return length
}

/** A text as a number of 52 bits; two texts share one by chance once in four thousand million million. */
export function hashOf(text: string): number {
  let [low, high] = [0x9dc5811c, 0x811c9dc5]
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at)
    low = Math.imul(low ^ sign, 0x01000193)
    high = Math.imul(high ^ sign ^ (low >>> 15), 0x5bd1e995)
  }
  low ^= Math.imul(high ^ (high >>> 13), 0xc2b2ae35)
  return ((high >>> 0) & 0xfffff) * 4_294_967_296 + (low >>> 0)
}

/** An address as a number below 2^48: property numbers as they are, all else by its hash above them. */
export function placeCode(place: string): number {
  const uprn = /^uprn (\d{1,12})$/.exec(place)?.[1]
  if (uprn !== undefined) return Number(uprn)
  const hash = hashOf(place) % placeCodes
  return hash < uprnLimit ? hash + uprnLimit : hash
}

/** A unique pupil number as a number; anything without its form by its hash, above all numbers. */
export function parseUpnCode(upn: string): number {
  const match = upnPattern.exec(upn)
  if (!match) return 2 ** 52 + hashOf(upn)
  const [, letter = '', digits = '', last = ''] = match
  return (signs.indexOf(letter) * 37 + signs.indexOf(last)) * 10 ** 11 + Number(digits)
}

/** Whether the number is one a school gave for the time being: it ends in a letter. */
export function isTemporaryUpnCode(code: number): boolean {
  return code < 2 ** 52 && Math.floor(code / 10 ** 11) % 37 > 10
}
