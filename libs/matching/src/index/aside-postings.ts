import { keyIn, type PlacedKey } from './strong-keys.js'

const start = 64
const wordsEach = 3

/**
 * Rows by keys of which most rows have none: aliases, former names, past postcodes, halves of names. An entry is row, key
 * and the next entry of its bucket.
 */
export class AsidePostings {
  private entries = new Uint32Array(start * wordsEach)
  private heads = new Uint32Array(start)
  private end = 1
  private free = 0
  private count = 0
  /** What was read to have it at hand: the reading counts, and not what was read. */
  private readonly touched = new Uint32Array(1)

  add(key: number, row: number): void {
    const entry = this.take()
    this.entries[entry * wordsEach] = row
    this.entries[entry * wordsEach + 1] = key
    this.count += 1
    if (this.count > this.heads.length) this.spread()
    else this.link(entry)
  }

  remove(key: number, row: number): void {
    let before = -1
    for (let entry = this.headOf(key); entry !== 0; entry = this.next(entry)) {
      if (this.entries[entry * wordsEach] === row && this.keyOf(entry) === key) {
        this.unlink(entry, before)
        return
      }
      before = entry
    }
  }

  /** Gathers the rows under a key. */
  gather(key: number, into: number[]): void {
    for (let entry = this.headOf(key); entry !== 0; entry = this.next(entry))
      if (this.keyOf(entry) === key) into.push(this.entries[entry * wordsEach] ?? 0)
  }

  /** Has a processor fetch what keys are looked up by, all at once. */
  touch(keys: readonly PlacedKey[]): void {
    let sum = 0
    for (const placed of keys) sum ^= this.headOf(keyIn(placed))
    this.touched[0] = sum
  }

  get bytes(): number {
    return this.entries.byteLength + this.heads.byteLength
  }

  private unlink(entry: number, before: number): void {
    const next = this.next(entry)
    if (before < 0) this.heads[this.keyOf(entry) % this.heads.length] = next
    else this.entries[before * wordsEach + 2] = next
    this.entries[entry * wordsEach + 1] = 0
    this.entries[entry * wordsEach + 2] = this.free
    this.free = entry
    this.count -= 1
  }

  private take(): number {
    if (this.free !== 0) {
      const entry = this.free
      this.free = this.next(entry)
      return entry
    }
    if ((this.end + 1) * wordsEach > this.entries.length) {
      const grown = new Uint32Array(this.entries.length * 2)
      grown.set(this.entries)
      this.entries = grown
    }
    this.end += 1
    return this.end - 1
  }

  private spread(): void {
    this.heads = new Uint32Array(this.heads.length * 2)
    for (let entry = 1; entry < this.end; entry += 1) if (this.keyOf(entry) !== 0) this.link(entry)
  }

  private link(entry: number): void {
    const bucket = this.keyOf(entry) % this.heads.length
    this.entries[entry * wordsEach + 2] = this.heads[bucket] ?? 0
    this.heads[bucket] = entry
  }

  private headOf(key: number): number {
    return this.heads[key % this.heads.length] ?? 0
  }

  private keyOf(entry: number): number {
    return this.entries[entry * wordsEach + 1] ?? 0
  }

  private next(entry: number): number {
    return this.entries[entry * wordsEach + 2] ?? 0
  }
}
