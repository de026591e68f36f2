import { yearOf } from '../calendar-day.js'
import type { Comparable } from '../comparable.js'
import { outcodeOf } from '../number-codes.js'
import { PagedWords } from './paged-words.js'
import type { RowComparable } from './row-comparable.js'
import type { Rows } from './rows.js'
import { refinedKey, strongSlots, type StrongKeys } from './strong-keys.js'

/** A bucket with this many rows is refined: its rows are linked anew by sex, year of birth and outward part too. */
const crowded = 255
const rowsABucket = 1.5
/** Numbers name one child each: their rows are never linked by anything else. */
const firstRefined = 2
/** Beginnings of names crowd most; they have the last eighth of the buckets to themselves. */
const startsSlot = 7

/** What a record says that cuts a long list short. */
export interface Refinement {
  readonly sexes: readonly number[]
  readonly years: readonly number[]
  readonly outcodes: readonly number[]
}

interface Wanted {
  readonly key: number
  readonly slot: number
  readonly into: number[]
}

/** Rows chained by the strong keys of their words. */
export class RowPostings {
  private readonly links = new PagedWords(strongSlots)
  private readonly keys = new Uint32Array(strongSlots)
  private heads: Uint32Array
  private counts: Uint8Array

  constructor(
    private readonly rows: Rows,
    private readonly strong: StrongKeys,
    private readonly scratch: RowComparable,
    expected: number,
  ) {
    const size = Math.max(256, Math.ceil(expected / rowsABucket) * 2) | 1
    this.heads = new Uint32Array(size)
    this.counts = new Uint8Array(size)
  }

  /** Links a row by what its words hold. */
  add(row: number): void {
    this.links.reserve(row)
    const refinement = this.prepare(row)
    for (const [slot, key] of this.keys.slice().entries()) if (key !== 0) this.link(row, slot, key, refinement)
  }

  /** Takes a row out; its words must still be there. */
  remove(row: number): void {
    const [sex, year, outcode] = this.prepare(row)
    for (const [slot, key] of this.keys.entries()) {
      if (key === 0) continue
      const isCrowded = this.isCrowded(key, slot)
      this.unlink(row, slot, isCrowded ? refinedKey(key, sex, year, outcode) : key)
      const bucket = this.bucketOf(key, slot)
      if (!isCrowded && slot >= firstRefined) this.counts[bucket] = (this.counts[bucket] ?? 1) - 1
    }
  }

  /** Doubles the buckets once there are too few for so many rows, and links all rows anew. */
  grow(rows: number, isHeld: (row: number) => boolean): void {
    if (rows < this.heads.length * rowsABucket) return
    this.heads = new Uint32Array((this.heads.length * 2) | 1)
    this.counts = new Uint8Array(this.heads.length)
    for (let row = 0; row < rows; row += 1) {
      if (isHeld(row)) this.add(row)
    }
  }

  /** Gathers the rows under a key in its place; those of a crowded one as far as the refinement goes. */
  gather(key: number, slot: number, refine: () => Refinement, into: number[]): void {
    if (!this.isCrowded(key, slot)) {
      this.walk(key, { key, slot, into })
      return
    }
    const refinement = refine()
    for (const sex of refinement.sexes)
      for (const year of refinement.years)
        for (const outcode of refinement.outcodes) this.walk(refinedKey(key, sex, year, outcode), { key, slot, into })
  }

  get bytes(): number {
    return this.links.bytes + this.heads.byteLength + this.counts.byteLength
  }

  /** Reads a row and makes its keys. */
  private prepare(row: number): readonly [number, number, number] {
    this.rows.readWords(row, this.scratch)
    for (let slot = 0; slot < strongSlots; slot += 1) this.keys[slot] = this.strong.mainAt(this.scratch, slot)
    return refinementOf(this.scratch)
  }

  private isCrowded(key: number, slot: number): boolean {
    return slot >= firstRefined && this.counts[this.bucketOf(key, slot)] === crowded
  }

  private bucketOf(key: number, slot: number): number {
    const eighth = this.heads.length >>> 3
    return slot === startsSlot ? key % eighth : eighth + (key % (this.heads.length - eighth))
  }

  private walk(chain: number, { key, slot, into }: Wanted): void {
    for (let entry = this.heads[this.bucketOf(chain, slot)] ?? 0; entry !== 0;) {
      const place = (entry - 1) % strongSlots
      const row = (entry - 1 - place) / strongSlots
      if (place === slot) {
        this.rows.readWords(row, this.scratch)
        if (this.strong.mainAt(this.scratch, slot) === key) into.push(row)
      }
      entry = this.links.get(row, place)
    }
  }

  private link(row: number, slot: number, key: number, refinement: readonly [number, number, number]): void {
    if (slot < firstRefined) {
      this.place(row, slot, key)
      return
    }
    const bucket = this.bucketOf(key, slot)
    if (this.counts[bucket] === crowded - 1) this.refine(bucket)
    if (this.counts[bucket] === crowded) {
      this.place(row, slot, refinedKey(key, ...refinement))
      return
    }
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1
    this.place(row, slot, key)
  }

  /** Links the rows of a bucket anew; numbers, and rows of another crowded bucket that were linked here, come back. */
  private refine(bucket: number): void {
    const found: number[] = []
    for (let entry = this.heads[bucket] ?? 0; entry !== 0;) {
      found.push(entry - 1)
      entry = this.links.get(Math.floor((entry - 1) / strongSlots), (entry - 1) % strongSlots)
    }
    this.heads[bucket] = 0
    this.counts[bucket] = crowded
    for (const at of found) {
      const slot = at % strongSlots
      const row = (at - slot) / strongSlots
      this.rows.readWords(row, this.scratch)
      const key = this.strong.mainAt(this.scratch, slot)
      this.place(row, slot, slot < firstRefined ? key : refinedKey(key, ...refinementOf(this.scratch)))
    }
  }

  private place(row: number, slot: number, chain: number): void {
    const bucket = this.bucketOf(chain, slot)
    this.links.set(row, slot, this.heads[bucket] ?? 0)
    this.heads[bucket] = row * strongSlots + slot + 1
  }

  private unlink(row: number, slot: number, chain: number): void {
    const bucket = this.bucketOf(chain, slot)
    const [wanted, after] = [row * strongSlots + slot + 1, this.links.get(row, slot)]
    if (this.heads[bucket] === wanted) {
      this.heads[bucket] = after
      return
    }
    for (let entry = this.heads[bucket] ?? 0; entry !== 0;) {
      const [other, place] = [Math.floor((entry - 1) / strongSlots), (entry - 1) % strongSlots]
      const next = this.links.get(other, place)
      if (next === wanted) {
        this.links.set(other, place, after)
        return
      }
      entry = next
    }
  }
}

function refinementOf({ sex, born, postcodes }: Comparable): readonly [number, number, number] {
  return [sex, yearOf(born), outcodeOf(postcodes[0] ?? 0)]
}
