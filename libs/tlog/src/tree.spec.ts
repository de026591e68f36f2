import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { CompactRange } from './compact-range.js'
import { consistencyProof, verifyConsistency } from './consistency-proof.js'
import { emptyRoot, hashBytes, leafHash, nodeHash } from './hash.js'
import { inclusionProof, verifyInclusion } from './inclusion-proof.js'
import { rangeRoot, type SubtreeHash } from './subtree.js'
import { entriesPath, parseTilePath, perfectRoot, subtreesFrom, tileOf, tilePath, tilesAt, tileWidth } from './tile.js'

const leaves = Array.from({ length: 700 }, (_, at) => leafHash(Buffer.from(`entry ${String(at)}`)))

/** The definition of RFC 6962 §2.1, read aloud: slow and plainly right. */
function rootOf(hashes: readonly Buffer[]): Buffer {
  const [first] = hashes
  if (first === undefined) return emptyRoot
  if (hashes.length === 1) return first
  let power = 1
  while (power * 2 < hashes.length) power *= 2
  return nodeHash(rootOf(hashes.slice(0, power)), rootOf(hashes.slice(power)))
}
const subtrees: SubtreeHash = ({ level, index }) => rootOf(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level))
const size = fc.integer({ min: 1, max: leaves.length })
const leafAt = (index: number): Buffer => leaves[index] ?? emptyRoot

describe('the tree', () => {
  it('has the root of its definition, however it grows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: leaves.length }), (count) => {
        const range = new CompactRange()
        for (const leaf of leaves.slice(0, count)) range.append(leaf)
        expect(range.root()).toEqual(rootOf(leaves.slice(0, count)))
        expect(new CompactRange(count, range.roots).root()).toEqual(range.root())
      }),
      { numRuns: 40 },
    )
  })

  it('proves every entry, and no other', () => {
    fc.assert(
      fc.property(size, fc.nat(), fc.nat(), (count, some, other) => {
        const index = some % count
        const proof = inclusionProof(index, count, subtrees)
        const claim = { index, size: count, leaf: leafAt(index), proof, root: rootOf(leaves.slice(0, count)) }
        expect(verifyInclusion(claim)).toBe(true)
        const wrong = other % count
        if (wrong !== index) expect(verifyInclusion({ ...claim, leaf: leafAt(wrong) })).toBe(false)
      }),
      { numRuns: 60 },
    )
  })

  it('proves that it only grew, and denies any other past', () => {
    fc.assert(
      fc.property(size, fc.nat(), fc.nat(), (count, some, flip) => {
        const oldSize = (some % count) + 1
        const proof = consistencyProof(oldSize, count, subtrees)
        const oldRoot = rootOf(leaves.slice(0, oldSize))
        const claim = { oldSize, size: count, oldRoot, root: rootOf(leaves.slice(0, count)), proof }
        expect(verifyConsistency(claim)).toBe(true)
        const forged = Buffer.from(oldRoot)
        forged[flip % hashBytes] = (forged[flip % hashBytes] ?? 0) ^ 1
        expect(verifyConsistency({ ...claim, oldRoot: forged })).toBe(false)
      }),
      { numRuns: 60 },
    )
  })

  it('refuses to prove an entry it does not have', () => {
    expect(() => inclusionProof(5, 5, subtrees)).toThrow(RangeError)
    expect(() => consistencyProof(6, 5, subtrees)).toThrow(RangeError)
  })
})

describe('tiles', () => {
  it('answer the same subtrees as the leaves do', () => {
    const count = 700
    const tile = ({ level, index, width }: { level: number; index: number; width: number }): Buffer =>
      Buffer.concat(
        Array.from({ length: width }, (_, at) => subtrees({ level: level * 8, index: index * tileWidth + at })),
      )
    const fromTiles = subtreesFrom(count, tile)
    for (const start of [0, 256, 512, 640]) {
      expect(rangeRoot(start, count - start, fromTiles)).toEqual(rootOf(leaves.slice(start, count)))
    }
  })

  it('count 273 full tiles and one of 112 for 70,000 leaves, as the specification works out', () => {
    expect(tilesAt(0, 70_000)).toEqual({ full: 273, partial: 112 })
    expect(tilesAt(1, 70_000)).toEqual({ full: 1, partial: 17 })
    expect(tileOf({ level: 8, index: 272 }, 70_000)).toEqual({ level: 1, index: 1, width: 17 })
  })

  it('have the paths of the specification', () => {
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067')
    expect(tilePath({ level: 1, index: 0, width: 17 })).toBe('tile/1/000.p/17')
    expect(entriesPath(1_234_067, 5)).toBe('tile/entries/x001/x234/067.p/5')
  })

  it('are found again by their paths, and by no other spelling', () => {
    const id = fc.record({ level: fc.nat(5), index: fc.nat(2 ** 31), width: fc.integer({ min: 1, max: 256 }) })
    fc.assert(
      fc.property(id, (tile) => {
        expect(parseTilePath(tilePath(tile))).toEqual({ ...tile, entries: false })
      }),
    )
    for (const path of [
      'tile/0/1',
      'tile/0/x000/001',
      'tile/0/001.p/256',
      'tile/0/001.p/300',
      'tile/entries/001.p/257',
      'tile/00/001',
      'tile/0/001.p/0',
      'tile/-1/001',
    ]) {
      expect(parseTilePath(path)).toBeUndefined()
    }
  })

  it('refuse to answer beyond their width', () => {
    expect(() => perfectRoot(Buffer.alloc(32), 1, 1)).toThrow(RangeError)
  })
})
