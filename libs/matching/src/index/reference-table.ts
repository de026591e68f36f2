import { mix } from './mix.js'
import { PagedWords } from './paged-words.js'
import { ReferenceWords, uuidOf } from './reference-words.js'

/** Of all slots, those that may be taken. */
const fullest = 0.9
/** How full it is once it holds as many numbers as were expected. */
const usual = 0.75
const growth = 1.5
const start = 64
const fewestBits = 8

/**
 * Numbers found again by what they stand for: an open-addressed table of fixed-size entries that grows when it fills. The bits
 * of a slot that its number leaves hold some of the hash, so that what a number stands for is seldom read in vain.
 */
export class NumberTable {
  private slots: Uint32Array
  private used = 0
  /** Bits of a number and one. */
  private bits: number

  /**
   * @param hashOf - the hash of what a number stands for, of 32 bits
   * @param expected - numbers that it holds without growing
   */
  constructor(
    private readonly hashOf: (number: number) => number,
    expected: number,
  ) {
    this.slots = new Uint32Array(Math.max(start, Math.ceil(expected / usual) + 1))
    this.bits = bitsFor(expected)
  }

  /** The number under a hash that `is` says is the right one; -1 if there is none. */
  find(hash: number, is: (number: number) => boolean): number {
    const { bits, slots } = this
    const mask = 2 ** bits - 1
    const mark = this.markOf(hash)
    for (let at = this.placeOf(hash); ; at = at + 1 === slots.length ? 0 : at + 1) {
      const slot = slots[at] ?? 0
      if (slot === 0) return -1
      const number = ((slot & mask) >>> 0) - 1
      if (slot - number - 1 === mark && is(number)) return number
    }
  }

  add(number: number): void {
    if ((this.used + 1) / this.slots.length > fullest) this.enlarge(Math.ceil(this.slots.length * growth), this.bits)
    if (number + 1 >= 2 ** this.bits) this.enlarge(this.slots.length, bitsFor(number))
    this.place(number)
    this.used += 1
  }

  /** Takes a number out; those that had to make way for it move up. */
  remove(number: number): void {
    const { length } = this.slots
    const hash = this.hashOf(number)
    const wanted = this.markOf(hash) + number + 1
    let gap = this.placeOf(hash)
    while (this.slots[gap] !== wanted) {
      if (this.slots[gap] === 0) return
      gap = (gap + 1) % length
    }
    this.slots[gap] = 0
    this.used -= 1
    for (let at = (gap + 1) % length; this.slots[at] !== 0; at = (at + 1) % length) {
      const moved = this.numberIn(this.slots[at] ?? 0)
      this.slots[at] = 0
      this.place(moved)
    }
  }

  get bytes(): number {
    return this.slots.byteLength
  }

  private numberIn(slot: number): number {
    return (slot % 2 ** this.bits) - 1
  }

  /** The high bits of a hash, where a slot has them; the low ones, and what is left of a division, tell the place. */
  private markOf(hash: number): number {
    return hash - (hash % 2 ** this.bits)
  }

  private placeOf(hash: number): number {
    return hash % this.slots.length
  }

  private place(number: number): void {
    const { length } = this.slots
    const hash = this.hashOf(number)
    let at = this.placeOf(hash)
    while (this.slots[at] !== 0) at = at + 1 === length ? 0 : at + 1
    this.slots[at] = this.markOf(hash) + number + 1
  }

  private enlarge(length: number, bits: number): void {
    const before = this.slots
    const numbers = 2 ** this.bits
    this.slots = new Uint32Array(length)
    this.bits = bits
    for (const slot of before) if (slot !== 0) this.place((slot % numbers) - 1)
  }
}

/** Bits that hold a number and one. */
function bitsFor(number: number): number {
  return Math.max(fewestBits, Math.ceil(Math.log2(number + 2)))
}

/** Gives texts numbers and gives the texts back: UUIDs take sixteen bytes, others are kept as they are. */
export class ReferenceTable {
  private readonly words: PagedWords
  private readonly table: NumberTable
  private readonly texts = new Map<number, string>()
  private readonly sought = new ReferenceWords()
  private readonly given = new Uint32Array(4)
  private text = ''
  private count = 0

  /** @param expected - references that it holds without growing */
  constructor(expected: number) {
    this.words = new PagedWords(4, expected)
    const hash = (number: number): number => mix(0, this.words.get(number, 2), this.words.get(number, 3))
    this.table = new NumberTable(hash, expected)
  }

  /** The number of a reference; -1 if it has none. */
  find(ref: string): number {
    const { low, last } = this.sought.read(ref)
    this.text = ref
    return this.table.find(mix(0, low, last), this.isSought)
  }

  /** The number of a reference, which gets one unless it has. */
  intern(ref: string): number {
    const known = this.find(ref)
    if (known >= 0) return known
    const number = this.count
    this.count += 1
    this.words.reserve(number)
    const { words, isUuid } = this.sought
    for (let word = 0; word < words.length; word += 1) this.words.set(number, word, words[word] ?? 0)
    if (!isUuid) this.texts.set(number, ref)
    this.table.add(number)
    return number
  }

  textOf(number: number): string {
    const text = this.texts.get(number)
    if (text !== undefined) return text
    for (let word = 0; word < 4; word += 1) this.given[word] = this.words.get(number, word)
    return uuidOf(this.given)
  }

  /** Numbers given. */
  get size(): number {
    return this.count
  }

  get bytes(): number {
    return this.words.bytes + this.table.bytes + this.texts.size * 120
  }

  /** Whether a number is that of the reference looked for last. */
  private readonly isSought = (number: number): boolean => {
    const { words, isUuid } = this.sought
    if (this.words.get(number, 2) !== words[2] || this.words.get(number, 3) !== words[3]) return false
    if (!isUuid) return this.texts.get(number) === this.text
    return this.words.get(number, 0) === words[0] && this.words.get(number, 1) === words[1]
  }
}
