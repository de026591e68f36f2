import type { Token } from '../token.js'
import { halfTagOf, halfTags, isMarked, singleTagOf, singleTags } from './row-hint.js'

/** What tokens say in bits, by their numbers: read once for every row that is looked at. */
export class TokenBits {
  private bits = new Float64Array(1024)
  private readonly singles = new Uint8Array(singleTags)
  private readonly halves = new Uint8Array(halfTags)
  private readonly touched: number[] = []

  /** @param size - tokens there are */
  fill(said: ReadonlyMap<Token, number>, size: number): void {
    for (const id of this.touched) {
      this.bits[id] = 0
      this.singles[singleTagOf(id)] = 0
    }
    this.touched.length = 0
    this.halves.fill(0)
    if (size > this.bits.length) this.bits = new Float64Array(size * 2)
    for (const [{ id }, bits] of said) {
      this.bits[id] = bits
      this.singles[singleTagOf(id)] = 1
      this.halves[halfTagOf(id)] = 1
      this.touched.push(id)
    }
  }

  /** 0 for a token that says nothing, and for -1, which is none. Of most that say nothing their tags tell it. */
  of(id: number): number {
    return this.singles[singleTagOf(id)] === 1 ? (this.bits[id] ?? 0) : 0
  }

  /** Whether one of the tokens of a tag may say something. */
  mayBe(tag: number): boolean {
    return isMarked(tag, this.singles, this.halves)
  }
}
