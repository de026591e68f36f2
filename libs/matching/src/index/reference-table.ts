import { hashOf } from '../number-codes.js'
import { mix } from './mix.js'
import { PagedWords } from './paged-words.js'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const fullest = 0.7
const start = 64

/** Numbers found again by what they stand for: an open-addressed table of fixed-size entries that doubles when it fills. */
export class NumberTable {
  private slots = new Uint32Array(start)
  private used = 0

  /** @param hashOf - the hash of what a number stands for */
  constructor(private readonly hashOf: (number: number) => number) {}

  /** The number under a hash that `is` says is the right one; -1 if there is none. */
  find(hash: number, is: (number: number) => boolean): number {
    const { length } = this.slots
    for (let at = hash % length; ; at = at + 1 === length ? 0 : at + 1) {
      const slot = this.slots[at] ?? 0
      if (slot === 0) return -1
      if (is(slot - 1)) return slot - 1
    }
  }

  add(number: number): void {
    if ((this.used + 1) / this.slots.length > fullest) this.grow()
    this.place(number)
    this.used += 1
  }

  /** Takes a number out; those that had to make way for it move up. */
  remove(number: number): void {
    const { length } = this.slots
    let gap = this.hashOf(number) % length
    while (this.slots[gap] !== number + 1) {
      if (this.slots[gap] === 0) return
      gap = (gap + 1) % length
    }
    this.slots[gap] = 0
    this.used -= 1
    for (let at = (gap + 1) % length; this.slots[at] !== 0; at = (at + 1) % length) {
      const moved = (this.slots[at] ?? 0) - 1
      this.slots[at] = 0
      this.place(moved)
    }
  }

  get bytes(): number {
    return this.slots.byteLength
  }

  private place(number: number): void {
    const { length } = this.slots
    let at = this.hashOf(number) % length
    while (this.slots[at] !== 0) at = at + 1 === length ? 0 : at + 1
    this.slots[at] = number + 1
  }

  private grow(): void {
    const before = this.slots
    this.slots = new Uint32Array(before.length * 2)
    for (const slot of before) if (slot !== 0) this.place(slot - 1)
  }
}

/** The low half of a reference as two words: of a UUID its last eight bytes, of any other text two hashes. */
export function lowWords(ref: string): readonly [number, number] {
  if (!uuid.test(ref)) return [hashOf(ref) >>> 0, hashOf(`${ref}.`) >>> 0]
  return [Number.parseInt(ref.slice(19, 23) + ref.slice(24, 28), 16), Number.parseInt(ref.slice(28), 16)]
}

/** Gives texts numbers and gives the texts back: UUIDs take sixteen bytes, others are kept as they are. */
export class ReferenceTable {
  private readonly words = new PagedWords(4)
  private readonly table = new NumberTable((number) => mix(0, this.words.get(number, 2), this.words.get(number, 3)))
  private readonly texts = new Map<number, string>()
  private count = 0

  /** The number of a reference; -1 if it has none. */
  find(ref: string): number {
    const [low, last] = lowWords(ref)
    return this.table.find(
      mix(0, low, last),
      (number) =>
        this.words.get(number, 2) === low && this.words.get(number, 3) === last && this.textOf(number) === ref,
    )
  }

  /** The number of a reference, which gets one unless it has. */
  intern(ref: string): number {
    const known = this.find(ref)
    if (known >= 0) return known
    const number = this.count
    this.count += 1
    this.words.reserve(number)
    const [low, last] = lowWords(ref)
    this.words.set(number, 2, low)
    this.words.set(number, 3, last)
    if (uuid.test(ref)) {
      this.words.set(number, 0, Number.parseInt(ref.slice(0, 8), 16))
      this.words.set(number, 1, Number.parseInt(ref.slice(9, 13) + ref.slice(14, 18), 16))
    } else this.texts.set(number, ref)
    this.table.add(number)
    return number
  }

  textOf(number: number): string {
    const text = this.texts.get(number)
    if (text !== undefined) return text
    const hex = [0, 1, 2, 3].map((word) => this.words.get(number, word).toString(16).padStart(8, '0')).join('')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  }

  /** Numbers given. */
  get size(): number {
    return this.count
  }

  get bytes(): number {
    return this.words.bytes + this.table.bytes + this.texts.size * 120
  }
}
