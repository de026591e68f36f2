import type { Token } from '../token.js'
import { PagedWords } from './paged-words.js'

/** A name borne by more says too little to be looked for by itself: its rows are no longer chained, only counted. */
const most = 3000
const abandoned = 0xffffffff

/** Rows by one token each, and how many rows there are of a token. */
export class TokenPostings {
  private readonly links = new PagedWords(1)
  private heads = new Uint32Array(1024)
  private counts = new Uint32Array(1024)

  add(token: Token, row: number): void {
    this.links.reserve(row)
    this.makeRoom(token.id)
    const head = this.heads[token.id] ?? 0
    const count = (this.counts[token.id] ?? 0) + 1
    this.counts[token.id] = count
    if (head === abandoned) return
    if (count > most) {
      this.heads[token.id] = abandoned
      return
    }
    this.links.set(row, 0, head)
    this.heads[token.id] = row + 1
  }

  remove(token: Token, row: number): void {
    const head = this.heads[token.id] ?? 0
    this.counts[token.id] = Math.max(0, (this.counts[token.id] ?? 0) - 1)
    if (head === abandoned || head === 0) return
    if (head === row + 1) this.heads[token.id] = this.links.get(row, 0)
    else this.unlink(row, head)
  }

  /** Counts a further token of a row, which is kept aside. */
  count(token: Token, by: number): void {
    this.makeRoom(token.id)
    this.counts[token.id] = Math.max(0, (this.counts[token.id] ?? 0) + by)
  }

  /** Gathers the rows of a token. */
  gather(token: Token, into: number[]): void {
    const head = this.heads[token.id] ?? 0
    if (head === abandoned) return
    for (let at = head - 1; at >= 0; at = this.links.get(at, 0) - 1) into.push(at)
  }

  countOf(token: Token): number {
    return token.id < 0 ? 0 : (this.counts[token.id] ?? 0)
  }

  get bytes(): number {
    return this.links.bytes + this.heads.byteLength + this.counts.byteLength
  }

  /** Takes a row out of a chain that another row is at the head of. */
  private unlink(row: number, head: number): void {
    const after = this.links.get(row, 0)
    for (let at = head - 1; at >= 0;) {
      const next = this.links.get(at, 0)
      if (next === row + 1) this.links.set(at, 0, after)
      at = next === row + 1 ? -1 : next - 1
    }
  }

  private makeRoom(id: number): void {
    if (id < this.heads.length) return
    const [heads, counts] = [this.heads, this.counts]
    const size = Math.max(id + 1, heads.length * 2)
    this.heads = new Uint32Array(size)
    this.heads.set(heads)
    this.counts = new Uint32Array(size)
    this.counts.set(counts)
  }
}
