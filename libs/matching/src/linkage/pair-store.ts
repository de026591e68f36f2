import { comparePairs, type ComparedPairs } from './compare-pairs.js'
import type { Comparison } from './comparison.js'

/** How a pair of a store is weighed; see {@link Model}. */
export interface Scorer {
  /** Writes the scores of pairs `from` to `to - 1`, in milli-bits. */
  readonly score: (pairs: PairStore, from: number, to: number) => void
}

/** Every pair that was ever compared, its levels and rarities by comparison; found again by its two records. */
export class PairStore {
  size = 0
  one: Int32Array
  two: Int32Array
  /** By comparison, then pair: the level, -1 missing. */
  levels: Int8Array[]
  /** By comparison, then pair: rarity of what agrees, in milli-bits. */
  rarities: Uint16Array[]
  /** Log odds that the pair is one person, in milli-bits. */
  scores: Int32Array
  /** Log odds that the pair is of relatives, in milli-bits, as last scored. */
  kins: Int32Array
  private slots = new Int32Array(1 << 14).fill(-1)

  constructor(
    readonly comparisons: readonly Comparison[],
    private room = 1 << 12,
  ) {
    this.one = new Int32Array(room)
    this.two = new Int32Array(room)
    this.levels = comparisons.map(() => new Int8Array(room))
    this.rarities = comparisons.map(() => new Uint16Array(room))
    this.scores = new Int32Array(room)
    this.kins = new Int32Array(room)
  }

  /** A store of pairs that are yet to be compared, in memory that threads share. */
  static of(comparisons: readonly Comparison[], one: Int32Array, two: Int32Array): PairStore {
    const store = new PairStore(comparisons, 1)
    const shared = (bytes: number) => new SharedArrayBuffer(bytes * Math.max(1, one.length))
    store.size = one.length
    store.room = Math.max(1, one.length)
    store.one = new Int32Array(shared(4))
    store.two = new Int32Array(shared(4))
    store.one.set(one)
    store.two.set(two)
    store.levels = comparisons.map(() => new Int8Array(shared(1)))
    store.rarities = comparisons.map(() => new Uint16Array(shared(2)))
    store.scores = new Int32Array(store.room)
    store.kins = new Int32Array(store.room)
    return store
  }

  /** Makes pairs findable by their records: those of the store must be distinct. */
  enter(): void {
    let slots = this.slots.length
    while (this.size * 2 >= slots) slots *= 2
    this.rehash(slots)
  }

  /** Adds a pair without looking whether it is there, and compares it. */
  append(one: number, two: number): number {
    if (this.size === this.room) this.widen()
    const pair = this.size
    this.size += 1
    this.one[pair] = one
    this.two[pair] = two
    comparePairs(this.comparisons, this, pair, pair + 1)
    return pair
  }

  /** The pair of two records: the one there, or else a new one, compared and (with a scorer) scored. */
  pairOf(left: number, right: number, scorer?: Scorer): number {
    const one = Math.min(left, right)
    const two = Math.max(left, right)
    let slot = this.slotOf(one, two)
    const known = this.slots[slot] as number
    if (known >= 0) return known
    if (this.size * 2 >= this.slots.length) {
      this.rehash(this.slots.length * 2)
      slot = this.slotOf(one, two)
    }
    const pair = this.append(one, two)
    this.slots[slot] = pair
    scorer?.score(this, pair, pair + 1)
    return pair
  }

  /** Compares pairs again by a comparison whose answers have changed for those concerned. */
  compareAgain(which: number, isConcerned: (pair: number) => boolean): void {
    const only: ComparedPairs = {
      size: this.size,
      one: this.one,
      two: this.two,
      levels: [this.levels[which] as Int8Array],
      rarities: [this.rarities[which] as Uint16Array],
    }
    const comparison = [this.comparisons[which] as Comparison]
    for (let pair = 0; pair < this.size; pair += 1) {
      if (isConcerned(pair)) comparePairs(comparison, only, pair, pair + 1)
    }
  }

  private slotOf(one: number, two: number): number {
    const mask = this.slots.length - 1
    let slot = Math.imul(one, 0x9e3779b1) ^ Math.imul(two, 0x85ebca6b)
    slot = (slot ^ (slot >>> 15)) & mask
    for (;;) {
      const pair = this.slots[slot] as number
      if (pair < 0 || (this.one[pair] === one && this.two[pair] === two)) return slot
      slot = (slot + 1) & mask
    }
  }

  private rehash(slots: number): void {
    this.slots = new Int32Array(slots).fill(-1)
    for (let pair = 0; pair < this.size; pair += 1) {
      this.slots[this.slotOf(this.one[pair] as number, this.two[pair] as number)] = pair
    }
  }

  private widen(): void {
    this.room = Math.ceil(this.room * 1.6) + 16
    const wider = (old: Int32Array): Int32Array => {
      const made = new Int32Array(this.room)
      made.set(old)
      return made
    }
    this.one = wider(this.one)
    this.two = wider(this.two)
    this.scores = wider(this.scores)
    this.kins = wider(this.kins)
    this.levels = this.levels.map((old) => {
      const made = new Int8Array(this.room)
      made.set(old)
      return made
    })
    this.rarities = this.rarities.map((old) => {
      const made = new Uint16Array(this.room)
      made.set(old)
      return made
    })
  }
}
