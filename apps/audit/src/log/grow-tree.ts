import {
  CompactRange,
  coverOf,
  hashBytes,
  perfectRoot,
  subtreesFrom,
  tilesAt,
  tileWidth,
  type TileId,
} from '#libs/tlog'

/** The right edge of the log's tree: what appending needs, and no more. */
export interface TreeEdge {
  readonly range: CompactRange
  /** Per tile level, the hashes of the tile being filled, 0 to 255 of them. */
  readonly open: readonly (readonly Buffer[])[]
}

/** A tile to be stored; `data` is `width * 32` bytes. */
export interface Tile extends TileId {
  readonly data: Buffer
}

/** The edge of a tree without entries. */
export const emptyEdge: TreeEdge = { range: new CompactRange(), open: [] }

/**
 * Appends leaf hashes.
 *
 * @returns the new edge, and every tile that is new or wider: the full ones and the open one of each level touched.
 *   The edge given stays as it was, so a batch that is not committed leaves no trace.
 */
export function growTree(
  edge: TreeEdge,
  leaves: readonly Buffer[],
): { readonly edge: TreeEdge; readonly tiles: Tile[] } {
  const range = edge.range.copy()
  const open = edge.open.map((hashes) => [...hashes])
  const counts = open.map((_, level) => tilesAt(level, edge.range.size).full)
  const tiles: Tile[] = []
  const touched = new Set<number>()
  const push = (level: number, hash: Buffer): void => {
    const hashes = (open[level] ??= [])
    hashes.push(hash)
    touched.add(level)
    if (hashes.length < tileWidth) return
    const data = Buffer.concat(hashes)
    const index = counts[level] ?? 0
    tiles.push({ level, index, width: tileWidth, data })
    counts[level] = index + 1
    open[level] = []
    push(level + 1, perfectRoot(data, 0, tileWidth))
  }
  for (const leaf of leaves) {
    range.append(leaf)
    push(0, leaf)
  }
  for (const level of touched) {
    const hashes = open[level] ?? []
    if (hashes.length === 0) continue
    tiles.push({ level, index: counts[level] ?? 0, width: hashes.length, data: Buffer.concat(hashes) })
  }
  return { edge: { range, open }, tiles }
}

/** The tiles that hold the right edge of a tree of `size` entries: at most one a level. */
export function edgeTiles(size: number): readonly TileId[] {
  const ids: TileId[] = []
  for (let level = 0; tileWidth ** level <= size; level++) {
    const { full, partial } = tilesAt(level, size)
    if (partial > 0) ids.push({ level, index: full, width: partial })
  }
  return ids
}

/**
 * The edge again, from the tiles that `edgeTiles` names.
 *
 * @throws RangeError when a tile is missing or narrower than the tree needs
 */
export function edgeFrom(size: number, tileData: (id: TileId) => Buffer): TreeEdge {
  const open: Buffer[][] = []
  for (const id of edgeTiles(size)) {
    const data = tileData(id)
    if (data.length < id.width * hashBytes) throw new RangeError('A tile of the right edge is too narrow')
    open[id.level] = Array.from({ length: id.width }, (_, at) => data.subarray(at * hashBytes, (at + 1) * hashBytes))
  }
  const levels = Array.from({ length: open.length }, (_, level) => open[level] ?? [])
  const subtree = subtreesFrom(size, tileData)
  return { range: new CompactRange(size, coverOf(0, size).map(subtree)), open: levels }
}
