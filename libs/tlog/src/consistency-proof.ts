import { half, isCount, sidesOf } from './climb.js'
import { nodeHash } from './hash.js'
import { rangeRoot, splitBelow, type SubtreeHash } from './subtree.js'

/**
 * The hashes that show that a tree of `size` entries continues the one of `oldSize`.
 *
 * @param oldSize - from 0 to `size`; 0 and `size` need no hash
 * @throws RangeError when `oldSize` is beyond `size`
 * @see RFC 6962 §2.1.2
 */
export function consistencyProof(oldSize: number, size: number, hashOf: SubtreeHash): Buffer[] {
  if (oldSize < 0 || oldSize > size) throw new RangeError('The older tree is not part of the newer')
  if (oldSize === 0 || oldSize === size) return []
  const proof: Buffer[] = []
  let [start, count, rest, whole] = [0, size, oldSize, true]
  while (rest !== count) {
    const { power } = splitBelow(count)
    if (rest <= power) {
      proof.push(rangeRoot(start + power, count - power, hashOf))
      count = power
    } else {
      proof.push(rangeRoot(start, power, hashOf))
      ;[start, count, rest, whole] = [start + power, count - power, rest - power, false]
    }
  }
  if (!whole) proof.push(rangeRoot(start, count, hashOf))
  return proof.reverse()
}

/** Two trees and the hashes said to join them. */
export interface ConsistencyClaim {
  readonly oldSize: number
  readonly size: number
  readonly oldRoot: Buffer
  readonly root: Buffer
  readonly proof: readonly Buffer[]
}

/**
 * Whether the older tree is the beginning of the newer one. Never throws; of an empty tree nothing can be shown.
 *
 * @see RFC 9162 §2.1.4.2, whose hashes are those of RFC 6962
 */
export function verifyConsistency(claim: ConsistencyClaim): boolean {
  const { oldSize, size, oldRoot, root, proof } = claim
  if (!isCount(oldSize) || !isCount(size) || oldSize === 0 || oldSize > size) return false
  if (oldSize === size) return proof.length === 0 && oldRoot.equals(root)
  return climbs(claim)
}

function climbs({ oldSize, size, oldRoot, root, proof }: ConsistencyClaim): boolean {
  const [first, ...rest] = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof
  let [at, last] = [oldSize - 1, size - 1]
  while (at % 2 === 1) [at, last] = [half(at), half(last)]
  const sides = sidesOf(at, last, rest.length)
  if (first === undefined || sides === undefined) return false
  const older = rest.filter((_, step) => sides[step] === 'left').reduce((hash, left) => nodeHash(left, hash), first)
  const newer = rest.reduce(
    (hash, sibling, step) => (sides[step] === 'left' ? nodeHash(sibling, hash) : nodeHash(hash, sibling)),
    first,
  )
  return older.equals(oldRoot) && newer.equals(root)
}

function isPowerOfTwo(value: number): boolean {
  let rest = value
  while (rest % 2 === 0) rest /= 2
  return rest === 1
}
