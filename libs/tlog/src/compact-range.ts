import { emptyRoot, nodeHash } from './hash.js'

/**
 * The right edge of a tree as a stack of perfect-subtree roots, largest first: enough to append and to know the root
 * in O(log n), without the entries.
 */
export class CompactRange {
  private readonly stack: Buffer[]

  /**
   * @param size - entries so far, an integer from 0 to 2^53 - 1
   * @param roots - the roots of its perfect subtrees, largest first: one for each one-bit of `size`
   * @throws RangeError when their number does not fit `size`
   */
  constructor(
    private entries = 0,
    roots: readonly Buffer[] = [],
  ) {
    if (roots.length !== onesOf(entries)) throw new RangeError('The subtree roots do not fit the size')
    this.stack = [...roots]
  }

  get size(): number {
    return this.entries
  }

  get roots(): readonly Buffer[] {
    return this.stack
  }

  /** A range that grows apart from this one: a batch is tried on a copy and kept only once it is durable. */
  copy(): CompactRange {
    return new CompactRange(this.entries, this.stack)
  }

  append(leaf: Buffer): void {
    let hash = leaf
    for (let size = this.entries; size % 2 === 1; size = Math.floor(size / 2)) {
      hash = nodeHash(this.stack.pop() ?? hash, hash)
    }
    this.stack.push(hash)
    this.entries += 1
  }

  root(): Buffer {
    const [last, ...rest] = [...this.stack].reverse()
    return last === undefined ? emptyRoot : rest.reduce((right, left) => nodeHash(left, right), last)
  }
}

/** How many perfect subtrees a tree of `size` entries consists of. */
function onesOf(size: number): number {
  let ones = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2
  return ones
}
