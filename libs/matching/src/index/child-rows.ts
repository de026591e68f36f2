import { PagedWords } from './paged-words.js'
import { SparseWords } from './sparse-words.js'

/** The rows of each child, chained; of most children there is one. */
export class ChildRows {
  private readonly heads: PagedWords
  private readonly links = new SparseWords()
  private held = 0

  /** @param expected - children, roughly */
  constructor(expected = 0) {
    this.heads = new PagedWords(1, expected)
  }

  add(child: number, row: number): void {
    this.heads.reserve(child)
    const head = this.heads.get(child, 0)
    if (head === 0) this.held += 1
    this.links.set(row, head)
    this.heads.set(child, 0, row + 1)
  }

  remove(child: number, row: number): void {
    const after = this.links.get(row)
    if (this.heads.get(child, 0) === row + 1) {
      this.heads.set(child, 0, after)
      if (after === 0) this.held -= 1
      return
    }
    for (let at = this.oneOf(child); at >= 0; at = this.links.get(at) - 1)
      if (this.links.get(at) === row + 1) this.links.set(at, after)
  }

  /** Gathers the rows of a child. */
  gather(child: number, into: number[]): void {
    for (let at = this.oneOf(child); at >= 0; at = this.links.get(at) - 1) into.push(at)
  }

  /** A row of a child; -1 if it has none. */
  oneOf(child: number): number {
    return this.heads.get(child, 0) - 1
  }

  /** Children with at least one row. */
  get size(): number {
    return this.held
  }

  get bytes(): number {
    return this.heads.bytes + this.links.bytes
  }
}
