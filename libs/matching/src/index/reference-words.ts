import { hashOf } from '../number-codes.js'

const uuidLength = 36
/** Where groups of four digits begin, two for each word. */
const groups = [0, 4, 9, 14, 19, 24, 28, 32]

/** A reference as four words: of a UUID its sixteen bytes, of any other text two hashes in the last two. */
export class ReferenceWords {
  readonly words = new Uint32Array(4)
  isUuid = false

  /** Reads a reference into the words. */
  read(ref: string): this {
    this.isUuid = isDashed(ref) && this.readDigits(ref)
    if (this.isUuid) return this
    this.words.fill(0)
    this.words[2] = hashOf(ref) >>> 0
    this.words[3] = hashOf(`${ref}.`) >>> 0
    return this
  }

  get low(): number {
    return this.words[2] ?? 0
  }

  get last(): number {
    return this.words[3] ?? 0
  }

  private readDigits(ref: string): boolean {
    for (let word = 0; word < 4; word += 1) {
      const high = fourDigits(ref, groups[word * 2] ?? 0)
      const low = fourDigits(ref, groups[word * 2 + 1] ?? 0)
      if ((high | low) < 0) return false
      this.words[word] = (high << 16) | low
    }
    return true
  }
}

function isDashed(ref: string): boolean {
  if (ref.length !== uuidLength) return false
  return ref[8] === '-' && ref[13] === '-' && ref[18] === '-' && ref[23] === '-'
}

/** The number of four small hexadecimal digits; negative where a sign is none. */
function fourDigits(text: string, at: number): number {
  const [high, low] = [twoDigits(text, at), twoDigits(text, at + 2)]
  return (high << 8) | low
}

function twoDigits(text: string, at: number): number {
  return (hexOf(text.charCodeAt(at)) << 4) | hexOf(text.charCodeAt(at + 1))
}

/** The value of a digit; -1 for another sign. */
function hexOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  return code >= 97 && code <= 102 ? code - 87 : -1
}

const digits = '0123456789abcdef'
const signs = Buffer.alloc(uuidLength, '-')

/** The text of a UUID's four words. */
export function uuidOf(words: Uint32Array): string {
  for (const [group, at] of groups.entries()) {
    const bits = (words[group >>> 1] ?? 0) >>> (group % 2 === 0 ? 16 : 0)
    for (let digit = 0; digit < 4; digit += 1) signs[at + digit] = digits.charCodeAt((bits >>> (12 - digit * 4)) & 15)
  }
  return signs.toString('latin1')
}
