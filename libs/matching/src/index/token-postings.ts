import type { Token } from '../token.js'
import { PairLists } from './pair-lists.js'
import type { RowHint } from './row-hint.js'

/** A name borne by more says too little to be looked for by itself: its rows are no longer listed, only counted. */
const most = 3000

/** Rows by one token each, with a hint of what they say, and how many rows there are of a token. */
export class TokenPostings {
  private readonly lists = new PairLists()
  private counts = new Uint32Array(1024)
  private isAbandoned = new Uint8Array(1024)

  private add(token: Token, row: number, hint: RowHint): void {
    this.makeRoom(token.id)
    const count = (this.counts[token.id] ?? 0) + 1
    this.counts[token.id] = count
    if (this.isAbandoned[token.id] === 1) return
    if (count > most) {
      this.isAbandoned[token.id] = 1
      this.lists.clear(token.id)
      return
    }
    this.lists.push(token.id, row, hint)
  }

  private remove(token: Token, row: number): void {
    this.counts[token.id] = Math.max(0, (this.counts[token.id] ?? 0) - 1)
    this.lists.remove(token.id, row)
  }

  /** Lists a row under a token with a hint, or takes it from there. */
  link(token: Token, row: number, hint: RowHint | undefined): void {
    if (hint === undefined) this.remove(token, row)
    else this.add(token, row, hint)
  }

  /** Counts a further token of a row, which is kept aside. */
  count(token: Token | undefined, by: number): void {
    if (!token) return
    this.makeRoom(token.id)
    this.counts[token.id] = Math.max(0, (this.counts[token.id] ?? 0) + by)
  }

  /** The rows of a token, each followed by its hint; none of one that too many bear. */
  pairsOf(token: Token): Uint32Array {
    return this.lists.pairsOf(token.id)
  }

  countOf(token: Token): number {
    return token.id < 0 ? 0 : (this.counts[token.id] ?? 0)
  }

  get bytes(): number {
    return this.lists.bytes + this.counts.byteLength + this.isAbandoned.byteLength
  }

  private makeRoom(id: number): void {
    if (id < this.counts.length) return
    const size = Math.max(id + 1, this.counts.length * 2)
    const { counts, isAbandoned } = this
    this.counts = new Uint32Array(size)
    this.counts.set(counts)
    this.isAbandoned = new Uint8Array(size)
    this.isAbandoned.set(isAbandoned)
  }
}
