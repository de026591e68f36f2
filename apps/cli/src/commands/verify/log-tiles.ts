import {
  consistencyProof,
  hashBytes,
  perfectRoot,
  placeOf,
  TiledTree,
  tilePath,
  tilesAt,
  tileWidth,
  type TileId,
} from '#libs/tlog'
import { DoesNotHold } from './finding.js'
import type { LogFiles } from './tile-folder.js'

const tilesInMemory = 256

/** The tree of a log, over its tiles. */
export function treeOf(log: LogFiles): TiledTree {
  return new TiledTree({ tiles: (ids) => filesOf(log, ids) }, tilesInMemory)
}

/** The hashes that join two sizes of the log. */
export function proofBetween(log: LogFiles, oldSize: number, size: number): Promise<Buffer[]> {
  return treeOf(log).over(size, (hashOf) => consistencyProof(oldSize, size, hashOf))
}

async function filesOf(log: LogFiles, ids: readonly TileId[]): Promise<ReadonlyMap<string, Buffer>> {
  const tiles = new Map<string, Buffer>()
  for (const id of ids) {
    const data = await log.read(tilePath(id))
    if (data.length < id.width * hashBytes) throw new DoesNotHold(`${tilePath(id)} is cut short`)
    tiles.set(placeOf(id), data)
  }
  return tiles
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
