import { digitsIn } from './digits.js'

/** A postcode as a number: sign by sign in base 37, inward part last; 0 is none. */
export type PostcodeCode = number

const inwardCodes = 37 ** 3
const uprnLimit = 10 ** 12
const placeCodes = 2 ** 48
const digitSigns = 10

/** The code of a postcode in its matching form (no space); 0 for what has not its form. */
export function postcodeCode(postcode: string): PostcodeCode {
  const { length } = postcode
  if (length < 5 || length > 7) return 0
  let code = 0
  for (let at = 0; at < length; at += 1) {
    const sign = signOf(postcode, at)
    if (!isSignAt(sign, length - at)) return 0
    code = code * 37 + sign
  }
  return code
}

/** The inward part is a digit and two letters. */
function isSignAt(sign: number, fromEnd: number): boolean {
  if (fromEnd <= 2) return sign > digitSigns
  return sign > 0 && (fromEnd > 3 || sign <= digitSigns)
}

/** Digits from 1 on, letters from 11 on; 0 for any other sign. */
function signOf(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  if (unit >= 48 && unit <= 57) return unit - 47
  return unit >= 65 && unit <= 90 ? unit - 54 : 0
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
  const digits = place.length - 5
  const uprn = digits >= 1 && digits <= 12 && place.startsWith('uprn ') ? digitsIn(place, 5, place.length) : -1
  if (uprn >= 0) return uprn
  const hash = hashOf(place) % placeCodes
  return hash < uprnLimit ? hash + uprnLimit : hash
}

/** A unique pupil number as a number; anything without its form by its hash, above all numbers. */
export function parseUpnCode(upn: string): number {
  const [letter, last] = [signOf(upn, 0), signOf(upn, 12)]
  const digits = upn.length === 13 && letter > digitSigns && last > 0 ? digitsIn(upn, 1, 12) : -1
  return digits < 0 ? 2 ** 52 + hashOf(upn) : (letter * 37 + last) * 10 ** 11 + digits
}

/** Whether the number is one a school gave for the time being: it ends in a letter. */
export function isTemporaryUpnCode(code: number): boolean {
  return code < 2 ** 52 && Math.floor(code / 10 ** 11) % 37 > 10
}
