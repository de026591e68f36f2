import { isCount, sidesOf } from './climb.js'
import { hashBytes, nodeHash } from './hash.js'
import { rangeRoot, splitBelow, type SubtreeHash } from './subtree.js'

/**
 * The hashes that lead from one entry to the root, the leaf's sibling first.
 *
 * @param index - zero-based, below `size`
 * @throws RangeError when the entry is not in the tree
 * @see RFC 6962 §2.1.1
 */
export function inclusionProof(index: number, size: number, hashOf: SubtreeHash): Buffer[] {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new RangeError('The entry is not in the tree')
  const proof: Buffer[] = []
  let [start, count] = [0, size]
  while (count > 1) {
    const { power } = splitBelow(count)
    const left = index - start < power
    proof.push(left ? rangeRoot(start + power, count - power, hashOf) : rangeRoot(start, power, hashOf))
    if (left) count = power
    else [start, count] = [start + power, count - power]
  }
  return proof.reverse()
}

/**
 * Whether `proof` shows that `leaf` is entry `index` of the tree of `size` entries with this `root`. Never throws.
 *
 * @see RFC 9162 §2.1.3.2, whose hashes are those of RFC 6962
 */
export function verifyInclusion(claim: {
  readonly index: number
  readonly size: number
  readonly leaf: Buffer
  readonly proof: readonly Buffer[]
  readonly root: Buffer
}): boolean {
  const { index, size, leaf, proof, root } = claim
  if (!isCount(index) || !isCount(size) || index >= size) return false
  const sides = sidesOf(index, size - 1, proof.length)
  if (sides === undefined || leaf.length !== hashBytes) return false
  const climbed = proof.reduce(
    (hash, sibling, step) => (sides[step] === 'left' ? nodeHash(sibling, hash) : nodeHash(hash, sibling)),
    leaf,
  )
  return climbed.equals(root)
}
