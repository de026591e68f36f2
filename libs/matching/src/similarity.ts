import { isRomanised } from './name-variants.js'
import { isWithinOneEdit, jaroWinkler } from './strings.js'
import type { Token } from './token.js'

/** What may be said of two different names, as bits of one number. */
export const likeness = {
  /** Known forms of one name, or one name transliterated twice. */
  variant: 1,
  /** One insertion, deletion, substitution or swap apart, both of four letters or more. */
  oneEdit: 2,
  /** Jaro-Winkler of .92 or more. */
  near: 4,
  /** Jaro-Winkler of .85 or more. */
  close: 8,
  /** Jaro-Winkler of .70 or more. */
  alike: 16,
  /** East-Asian surnames in two romanisations. */
  romanised: 32,
  /** One is the beginning (three letters or more, or one) of the other. */
  prefix: 64,
  /** One surname with two endings of sex or marriage. */
  inflected: 128,
} as const

/** How alike two names are. */
export type Likeness = (left: Token, right: Token) => number

const alikeInAll = 255
const firstSlots = 1 << 8

/** Compares two names; symmetric. Equal ones are alike in every way. */
export function likenessOf(left: Token, right: Token): number {
  const [one, two] = [left.text, right.text]
  if (one === two) return alikeInAll
  const isLong = one.length >= 4 && two.length >= 4
  let found = spellingLikeness(jaroWinkler(one, two))
  if (isLong && isWithinOneEdit(one, two)) found |= likeness.oneEdit
  if (isVariant(left, right, isLong)) found |= likeness.variant
  return found | surnameLikeness(left, right)
}

function spellingLikeness(jaro: number): number {
  if (jaro >= 0.92) return likeness.near | likeness.close | likeness.alike
  if (jaro >= 0.85) return likeness.close | likeness.alike
  return jaro >= 0.7 ? likeness.alike : 0
}

function surnameLikeness(left: Token, right: Token): number {
  let found = 0
  if (left.isInflectionOf(right)) found |= likeness.inflected
  if (isRomanised(left.text, right.text)) found |= likeness.romanised
  if (isPrefix(left.text, right.text) || isPrefix(right.text, left.text)) found |= likeness.prefix
  return found
}

function isVariant(left: Token, right: Token, isLong: boolean): boolean {
  for (const family of left.families) if (right.families.includes(family)) return true
  return isLong && left.isSpeltAs(right)
}

function isPrefix(short: string, long: string): boolean {
  return (short.length === 1 || short.length >= 3) && short.length < long.length && long.startsWith(short)
}

/**
 * Remembers how alike names of one vocabulary are, in a table that doubles up to a fixed size: from then on what comes later
 * takes the place of what was there. Names outside the vocabulary are compared each time.
 */
export class LikenessCache {
  private keys = new Float64Array(firstSlots).fill(-1)
  private values = new Uint8Array(firstSlots)
  private used = 0

  /**
   * @param compare - how names are compared that it does not remember
   * @param most - slots, a power of two; each takes nine bytes
   */
  constructor(
    private readonly compare: Likeness = likenessOf,
    private readonly most = 1 << 20,
  ) {}

  readonly of: Likeness = (left, right) => {
    if (left === right) return alikeInAll
    if (left.id < 0 || right.id < 0) return this.compare(left, right)
    const isOrdered = left.id < right.id
    const low = isOrdered ? left.id : right.id
    const high = isOrdered ? right.id : left.id
    const slot = this.slotOf(low, high)
    const key = low * 4_294_967_296 + high
    if (this.keys[slot] === key) return this.values[slot] ?? 0
    const found = this.compare(left, right)
    this.put(slot, key, found)
    return found
  }

  /** Bytes held. */
  get bytes(): number {
    return this.keys.byteLength + this.values.byteLength
  }

  private slotOf(low: number, high: number): number {
    const hash = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b)
    return (hash ^ (hash >>> 15)) & (this.keys.length - 1)
  }

  private put(slot: number, key: number, found: number): void {
    if (this.keys[slot] === -1) this.used += 1
    this.keys[slot] = key
    this.values[slot] = found
    if (this.used * 2 < this.keys.length || this.keys.length >= this.most) return
    this.keys = new Float64Array(this.keys.length * 4).fill(-1)
    this.values = new Uint8Array(this.keys.length)
    this.used = 0
  }
}
