import {
  consistencyProof,
  hashBytes,
  perfectRoot,
  subtreesFrom,
  tilePath,
  tilesAt,
  tileWidth,
  type SubtreeHash,
  type TileId,
} from '#libs/tlog'
import type { LogFiles } from './tile-folder.js'

const placeOf = ({ level, index }: TileId): string => `${level}/${index}`

/** Runs a pure calculation over the tree of `size` entries: once to learn which tiles it needs, once with them. */
async function overTiles<T>(log: LogFiles, size: number, calculate: (hashOf: SubtreeHash) => T): Promise<T> {
  const needed = new Map<string, TileId>()
  const blank = Buffer.alloc(tileWidth * hashBytes)
  calculate(
    subtreesFrom(size, (id) => {
      needed.set(placeOf(id), id)
      return blank
    }),
  )
  const tiles = new Map<string, Buffer>()
  for (const [place, id] of needed) tiles.set(place, await log.read(tilePath(id)))
  return calculate(subtreesFrom(size, (id) => tiles.get(placeOf(id)) ?? Buffer.alloc(0)))
}

/** The hashes that join two sizes of the log. */
export function proofBetween(log: LogFiles, oldSize: number, size: number): Promise<Buffer[]> {
  return overTiles(log, size, (hashOf) => consistencyProof(oldSize, size, hashOf))
}

/** The tiles of one level in a tree of `size` entries, in order. */
export function* tileIdsAt(level: number, size: number): Generator<TileId> {
  const { full, partial } = tilesAt(level, size)
  for (let index = 0; index < full; index++) yield { level, index, width: tileWidth }
  if (partial > 0) yield { level, index: full, width: partial }
}

/** The hash that a full tile contributes to the level above. */
export function tileRoot(data: Buffer): Buffer {
  return perfectRoot(data, 0, tileWidth)
}
