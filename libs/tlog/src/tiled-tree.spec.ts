import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { CompactRange } from './compact-range.js'
import { consistencyProof, verifyConsistency } from './consistency-proof.js'
import { hashBytes, leafHash } from './hash.js'
import { inclusionProof, verifyInclusion } from './inclusion-proof.js'
import { perfectRoot, tileWidth, type TileId } from './tile.js'
import { placeOf, TiledTree } from './tiled-tree.js'

const most = tileWidth * tileWidth + 700
const leaves = Buffer.concat(Array.from({ length: most }, (_, at) => leafHash(Buffer.from(String(at)))))
const leafAt = (index: number): Buffer => leaves.subarray(index * hashBytes, (index + 1) * hashBytes)
const full = Array.from({ length: Math.floor(most / tileWidth) }, (_, at) =>
  perfectRoot(leaves, at * tileWidth, tileWidth),
)
const levels = [leaves, Buffer.concat(full), perfectRoot(Buffer.concat(full), 0, tileWidth)]
const sizes = [1, 2, 255, 256, 257, 300, 511, 600, 65_535, 65_536, 65_604, most]
const roots = new Map<number, Buffer>()
const range = new CompactRange()
for (let at = 0; at < most; at++) {
  range.append(leafAt(at))
  if (sizes.includes(range.size)) roots.set(range.size, range.root())
}
const rootOf = (size: number): Buffer => roots.get(size) ?? Buffer.alloc(0)

/** A source that notes which tiles it was asked for. */
function noted(): { readonly asked: TileId[]; tiles(ids: readonly TileId[]): Promise<ReadonlyMap<string, Buffer>> } {
  const asked: TileId[] = []
  return {
    asked,
    tiles(ids) {
      asked.push(...ids)
      const dataOf = ({ level, index, width }: TileId) =>
        levels[level]?.subarray(index * tileWidth * hashBytes, (index * tileWidth + width) * hashBytes)
      return Promise.resolve(new Map(ids.map((id) => [placeOf(id), dataOf(id) ?? Buffer.alloc(0)])))
    },
  }
}

describe('a tree in tiles', () => {
  it('proves every entry, whatever it has in memory from proofs of other sizes', async () => {
    const tree = new TiledTree(noted(), 5)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...sizes), fc.nat(), async (count, some) => {
        const index = some % count
        const proof = await tree.over(count, (hashOf) => inclusionProof(index, count, hashOf))
        const claim = { index, size: count, leaf: leafAt(index), proof, root: rootOf(count) }
        expect(verifyInclusion(claim)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('proves that it grew', async () => {
    const [oldSize, count] = [300, most]
    const proof = await new TiledTree(noted()).over(count, (hashOf) => consistencyProof(oldSize, count, hashOf))
    const claim = { oldSize, size: count, oldRoot: rootOf(oldSize), root: rootOf(count), proof }
    expect(verifyConsistency(claim)).toBe(true)
  })

  it('reads one full tile of leaves for the next proof, and nothing else again', async () => {
    const source = noted()
    const tree = new TiledTree(source, 10)
    const prove = (index: number) => tree.over(most, (hashOf) => inclusionProof(index, most, hashOf))
    await prove(5)
    source.asked.splice(0)
    await prove(300)
    await prove(5)
    expect(source.asked).toEqual([
      { level: 0, index: 1, width: tileWidth },
      { level: 0, index: 0, width: tileWidth },
    ])
  })

  it('reads nothing for a proof of an entry beside the last', async () => {
    const source = noted()
    const tree = new TiledTree(source, 10)
    const root = rootOf(most)
    for (const index of [300, 301, 511]) {
      const proof = await tree.over(most, (hashOf) => inclusionProof(index, most, hashOf))
      expect(verifyInclusion({ index, size: most, leaf: leafAt(index), proof, root })).toBe(true)
    }
    expect(source.asked.filter(({ level, width }) => level === 0 && width === tileWidth)).toHaveLength(1)
  })

  it('keeps no more tiles than it was told', async () => {
    const source = noted()
    const tree = new TiledTree(source)
    const prove = () => tree.over(300, (hashOf) => inclusionProof(299, 300, hashOf))
    await prove()
    const once = source.asked.length
    await prove()
    expect(source.asked).toHaveLength(2 * once)
  })

  it('refuses a tile that is missing or narrower than the tree needs', async () => {
    const narrow = { tiles: () => Promise.resolve(new Map([['0/0', leaves.subarray(0, 4 * hashBytes)]])) }
    const proof = new TiledTree(narrow, 10).over(5, (hashOf) => inclusionProof(0, 5, hashOf))
    await expect(proof).rejects.toThrow(RangeError)
  })
})
