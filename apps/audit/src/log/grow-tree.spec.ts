import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  CompactRange,
  inclusionProof,
  leafHash,
  subtreesFrom,
  tileWidth,
  verifyInclusion,
  type TileId,
} from '#libs/tlog'
import { edgeFrom, emptyEdge, growTree, type Tile } from './grow-tree.js'

const leafOf = (at: number): Buffer => leafHash(Buffer.from(String(at)))
const stored = (tiles: readonly Tile[]) => {
  const byPlace = new Map<string, Buffer>()
  for (const { level, index, data } of tiles) {
    const place = `${String(level)}/${String(index)}`
    if (data.length > (byPlace.get(place)?.length ?? 0)) byPlace.set(place, data)
  }
  return ({ level, index }: TileId): Buffer => byPlace.get(`${String(level)}/${String(index)}`) ?? Buffer.alloc(0)
}

describe('growing the tree', () => {
  const batches = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 4 })

  it('gives one root and one edge however the entries are batched, and the edge again from the tiles', () => {
    fc.assert(
      fc.property(batches, (sizes) => {
        let edge = emptyEdge
        const tiles: Tile[] = []
        const whole = new CompactRange()
        for (const size of sizes) {
          const leaves = Array.from({ length: size }, (_, at) => leafOf(whole.size + at))
          for (const leaf of leaves) whole.append(leaf)
          const grown = growTree(edge, leaves)
          edge = grown.edge
          tiles.push(...grown.tiles)
        }
        expect(edge.range.root()).toEqual(whole.root())
        const again = edgeFrom(whole.size, stored(tiles))
        expect(again.range.root()).toEqual(whole.root())
        expect(growTree(again, [leafOf(-1)]).edge.range.root()).toEqual(growTree(edge, [leafOf(-1)]).edge.range.root())
      }),
      { numRuns: 25 },
    )
  })

  it('leaves the edge it was given untouched', () => {
    const { edge } = growTree(emptyEdge, [leafOf(1), leafOf(2)])
    const before = edge.range.root()
    growTree(edge, [leafOf(3)])
    expect([edge.range.size, edge.range.root()]).toEqual([2, before])
  })

  it('stores tiles from which every entry can be proved', () => {
    const size = tileWidth * 2 + 44
    const { edge, tiles } = growTree(
      emptyEdge,
      Array.from({ length: size }, (_, at) => leafOf(at)),
    )
    const hashOf = subtreesFrom(size, stored(tiles))
    for (const index of [0, 255, 256, 511, 512, size - 1]) {
      const proof = inclusionProof(index, size, hashOf)
      expect(verifyInclusion({ index, size, leaf: leafOf(index), proof, root: edge.range.root() })).toBe(true)
    }
  })
})
