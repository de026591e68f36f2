import { PagedWords } from './paged-words.js'

/** The rows of each child, chained. */
export class ChildRows {
  private readonly heads = new PagedWords(1)
  private readonly links = new PagedWords(1)
  private held = 0

  add(child: number, row: number): void {
    this.heads.reserve(child)
    this.links.reserve(row)
    const head = this.heads.get(child, 0)
    if (head === 0) this.held += 1
    this.links.set(row, 0, head)
    this.heads.set(child, 0, row + 1)
  }

  remove(child: number, row: number): void {
    const after = this.links.get(row, 0)
    if (this.heads.get(child, 0) === row + 1) {
      this.heads.set(child, 0, after)
      if (after === 0) this.held -= 1
      return
    }
    for (let at = this.heads.get(child, 0) - 1; at >= 0; at = this.links.get(at, 0) - 1)
      if (this.links.get(at, 0) === row + 1) this.links.set(at, 0, after)
  }

  /** Gathers the rows of a child. */
  gather(child: number, into: number[]): void {
    for (let at = this.heads.get(child, 0) - 1; at >= 0; at = this.links.get(at, 0) - 1) into.push(at)
  }

  /** Children with at least one row. */
  get size(): number {
    return this.held
  }

  get bytes(): number {
    return this.heads.bytes + this.links.bytes
  }
}
