import { codeUnits } from '../strings.js'

const letters: Readonly<Record<string, string>> = { ł: 'l', ß: 'ss', æ: 'ae', ø: 'o', đ: 'd', ı: 'i', œ: 'oe', þ: 'th' }

/** Lower case, without marks and apostrophes, compatible forms folded: what texts of any script are compared by. */
export function plainText(text: string): string {
  if (/^[a-z0-9 -]*$/.test(text)) return text
  return text
    .normalize('NFKD')
    .replace(/[\p{M}'’‘`´ʼ]/gu, '')
    .toLowerCase()
    .replace(/[łßæøđıœþ]/g, (letter) => letters[letter] ?? letter)
}

/** The words of a text: runs of letters and digits of its plain form. */
export function wordsOf(text: string): readonly string[] {
  return plainText(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}

/** Texts ready to be compared: code units, and which letters occur (a bit for each of a to z, six for all others). */
export class Texts {
  readonly units: readonly Uint16Array[]
  private readonly masks: Int32Array

  constructor(readonly values: readonly string[]) {
    this.units = values.map(codeUnits)
    this.masks = Int32Array.from(this.units, maskOf)
  }

  unitsOf(text: number): Uint16Array {
    return this.units[text] as Uint16Array
  }

  /** How many letters occur in one of two texts only: a lower bound of what edits must change. */
  lettersApart(one: number, two: number): number {
    return bitsIn((this.masks[one] as number) ^ (this.masks[two] as number))
  }
}

function maskOf(units: Uint16Array): number {
  let mask = 0
  for (const unit of units) mask |= 1 << (unit >= 97 && unit <= 122 ? unit - 97 : 26 + (unit % 6))
  return mask
}

function bitsIn(mask: number): number {
  let bits = mask - ((mask >>> 1) & 0x55555555)
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  bits = (bits + (bits >>> 4)) & 0x0f0f0f0f
  return Math.imul(bits, 0x01010101) >>> 24
}
