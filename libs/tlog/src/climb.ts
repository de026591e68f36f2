/** On which side of the path the next hash of a proof stands. */
export type Side = 'left' | 'right'

/**
 * The side of each hash of a proof, from node `at` up to the root of a tree whose last node on that level is `last`.
 *
 * @returns undefined when a proof of `count` hashes does not end at the root
 * @see RFC 9162 §2.1.3.2 and §2.1.4.2, which climb alike
 */
export function sidesOf(at: number, last: number, count: number): readonly Side[] | undefined {
  const sides: Side[] = []
  let [node, edge] = [at, last]
  while (sides.length < count) {
    if (edge === 0) return undefined
    const isLeft = node % 2 === 1 || node === edge
    sides.push(isLeft ? 'left' : 'right')
    if (isLeft) [node, edge] = skipUncles(node, edge)
    ;[node, edge] = [half(node), half(edge)]
  }
  return edge === 0 ? sides : undefined
}

/** A node that ends the tree has no sibling on some levels: those are passed without a hash. */
function skipUncles(node: number, edge: number): readonly [number, number] {
  return node % 2 === 1 || node === 0 ? [node, edge] : skipUncles(half(node), half(edge))
}

/** The parent of a node on the next level. */
export function half(node: number): number {
  return Math.floor(node / 2)
}

/** A count or position: an integer from 0 to 2^53 - 1. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}
