import { hashOf } from '../number-codes.js'

const uuidLength = 36
const digitsInWord = 8
const dashes = new Set([8, 13, 18, 23])
const digitPlaces = Array.from({ length: uuidLength }, (_, at) => at).filter((at) => !dashes.has(at))

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
    let word = 0
    for (let count = 0; count < digitPlaces.length; count += 1) {
      const digit = hexAt(ref, digitPlaces[count] ?? 0)
      if (digit < 0) return false
      word = (word << 4) | digit
      if (count % digitsInWord === digitsInWord - 1) this.words[count >>> 3] = word
    }
    return true
  }
}

function isDashed(ref: string): boolean {
  if (ref.length !== uuidLength) return false
  return ref[8] === '-' && ref[13] === '-' && ref[18] === '-' && ref[23] === '-'
}

/** The value of a small hexadecimal digit; -1 for another sign. */
function hexAt(text: string, at: number): number {
  const code = text.charCodeAt(at)
  if (code >= 48 && code <= 57) return code - 48
  return code >= 97 && code <= 102 ? code - 87 : -1
}
