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

  /** Counts a row of a token; says whether it is to be listed: a name that too many bear has no list. */
  addTo({ id }: Token): boolean {
    this.makeRoom(id)
    const count = (this.counts[id] ?? 0) + 1
    this.counts[id] = count
    if (this.isAbandoned[id] === 1) return false
    if (count <= most) return true
    this.isAbandoned[id] = 1
    this.lists.clear(id)
    return false
  }

  /** Lists a row that was counted. */
  list({ id }: Token, row: number, hint: RowHint): void {
    this.lists.push(id, row, hint)
  }

  /** Counts a row no more, and lists it no more. */
  remove({ id }: Token, row: number): void {
    this.counts[id] = Math.max(0, (this.counts[id] ?? 0) - 1)
    this.lists.remove(id, row)
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
