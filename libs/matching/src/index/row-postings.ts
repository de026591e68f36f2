import { PagedWords } from './paged-words.js'
import type { RowKeys } from './row-keys.js'
import { refinedKey, residenceSlot, strongSlots } from './strong-keys.js'

/** The count of a bucket that was refined: its rows were linked anew by sex, year of birth and outward part too. */
const crowded = 255
/** How many rows a bucket may have before; beginnings of names say least, so that their lists are cut shortest. */
const mostRows = 254
const mostStarts = 48
/** A row has up to eight keys: so few buckets a key that few others are passed on the way. */
const rowsABucket = 0.75
/** Numbers name one child each: their rows are never linked by anything else. */
const firstRefined = 2
/** Beginnings of names crowd most; they have the last eighth of the buckets to themselves. */
const startsSlot = 7

/** What a record says that cuts a long list short. */
export interface Refinement {
  readonly sexes: readonly number[]
  /** Of birth, as far as it says. */
  readonly years: readonly number[]
  /** The same and 0 for rows that do not say; every year for a record that does not. */
  readonly anyYears: readonly number[]
  readonly outcodes: readonly number[]
}

interface Wanted {
  readonly key: number
  readonly slot: number
  readonly into: number[]
}

/** Rows chained by the strong keys of their words. */
export class RowPostings {
  private readonly links: PagedWords
  private heads: Uint32Array
  private counts: Uint8Array

  constructor(
    private readonly rowKeys: RowKeys,
    expected: number,
  ) {
    this.links = new PagedWords(strongSlots, expected)
    const size = Math.max(256, Math.ceil(expected / rowsABucket) * 2) | 1
    this.heads = new Uint32Array(size)
    this.counts = new Uint8Array(size)
  }

  /** Links a row by what its words hold. */
  add(row: number): void {
    this.links.reserve(row)
    const keys = this.rowKeys.all(row)
    for (let slot = 0; slot < strongSlots; slot += 1) {
      const key = keys[slot] ?? 0
      if (key !== 0) this.link(row, slot, key)
    }
  }

  /** Takes a row out; its words must still be there. */
  remove(row: number): void {
    for (const [slot, key] of this.rowKeys.all(row).entries()) {
      if (key === 0) continue
      const isCrowded = this.isCrowded(key, slot)
      this.unlink(row, slot, isCrowded ? this.rowKeys.refined(row, key) : key)
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
    const { sexes, years, anyYears, outcodes } = refine()
    for (const sex of sexes)
      for (const year of slot === residenceSlot ? anyYears : years)
        for (const outcode of outcodes) this.walk(refinedKey(key, sex, year, outcode), { key, slot, into })
  }

  get bytes(): number {
    return this.links.bytes + this.heads.byteLength + this.counts.byteLength
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
      if (place === slot && this.rowKeys.at(row, slot) === key) into.push(row)
      entry = this.links.get(row, place)
    }
  }

  private link(row: number, slot: number, key: number): void {
    if (slot < firstRefined) {
      this.place(row, slot, key)
      return
    }
    const bucket = this.bucketOf(key, slot)
    if (this.counts[bucket] === (slot === startsSlot ? mostStarts : mostRows)) this.refine(bucket)
    if (this.counts[bucket] === crowded) {
      this.place(row, slot, this.rowKeys.refined(row, key))
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
      const key = this.rowKeys.at(row, slot)
      this.place(row, slot, slot < firstRefined ? key : this.rowKeys.refined(row, key))
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
