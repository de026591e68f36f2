import { levelRoom, type Comparison } from './comparison.js'

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
  }

  /** Adds a pair without looking whether it is there, and compares it. */
  append(one: number, two: number): number {
    if (this.size === this.room) this.widen()
    const pair = this.size
    this.size += 1
    this.one[pair] = one
    this.two[pair] = two
    this.comparisons.forEach((comparison, which) => {
      this.fill(pair, which, comparison.compare(one, two))
    })
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
      this.rehash()
      slot = this.slotOf(one, two)
    }
    const pair = this.append(one, two)
    this.slots[slot] = pair
    scorer?.score(this, pair, pair + 1)
    return pair
  }

  /** Compares every pair again by the comparisons named, whose variants have changed. */
  compareAgain(comparisons: readonly number[]): void {
    for (const which of comparisons) {
      const comparison = this.comparisons[which] as Comparison
      for (let pair = 0; pair < this.size; pair += 1) {
        this.fill(pair, which, comparison.compare(this.one[pair] as number, this.two[pair] as number))
      }
    }
  }

  private fill(pair: number, which: number, answer: number): void {
    const levels = this.levels[which] as Int8Array
    const rarities = this.rarities[which] as Uint16Array
    levels[pair] = answer < 0 ? -1 : answer % levelRoom
    rarities[pair] = answer < 0 ? 0 : Math.min(65535, Math.floor(answer / levelRoom))
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

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2).fill(-1)
    for (let pair = 0; pair < this.size; pair += 1) {
      this.slots[this.slotOf(this.one[pair] as number, this.two[pair] as number)] = pair
    }
  }

  private widen(): void {
    this.room = Math.ceil(this.room * 1.6)
    const wider = (old: Int32Array): Int32Array => {
      const made = new Int32Array(this.room)
      made.set(old)
      return made
    }
    this.one = wider(this.one)
    this.two = wider(this.two)
    this.scores = wider(this.scores)
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
