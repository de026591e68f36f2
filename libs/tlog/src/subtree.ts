import { nodeHash } from './hash.js'

/** A perfect subtree: the entries from `index * 2^level` on, `2^level` of them. Level 0 is the leaves. */
export interface Subtree {
  readonly level: number
  readonly index: number
}

/** Answers the root of a perfect subtree that lies wholly inside the tree. */
export type SubtreeHash = (subtree: Subtree) => Buffer

/** The largest power of two below `count`, and its exponent. `count` is at least 2. */
export function splitBelow(count: number): { readonly power: number; readonly level: number } {
  let power = 1
  let level = 0
  while (power * 2 < count) {
    power *= 2
    level += 1
  }
  return { power, level }
}

/** The perfect subtrees that cover the entries from `start` on, `count` of them, left to right; `start` is aligned. */
export function coverOf(start: number, count: number): readonly Subtree[] {
  const cover: Subtree[] = []
  let from = start
  for (let rest = count; rest > 0;) {
    let { power, level } = rest === 1 ? { power: 1, level: 0 } : splitBelow(rest + 1)
    while (from % power !== 0) {
      power /= 2
      level -= 1
    }
    cover.push({ level, index: from / power })
    from += power
    rest -= power
  }
  return cover
}

/** Which subtrees make the hash of a range of entries, in order; `rangeRoot` folds their hashes. */
export function rangeRoot(start: number, count: number, hashOf: SubtreeHash): Buffer {
  const hashes = coverOf(start, count).map(hashOf)
  return foldRight(hashes)
}

/** Joins the roots of adjoining subtrees, largest first, as the right edge of a tree is joined. */
export function foldRight(hashes: readonly Buffer[]): Buffer {
  const last = hashes.at(-1)
  if (last === undefined) throw new RangeError('A range of no entries has no hash')
  return hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last)
}
