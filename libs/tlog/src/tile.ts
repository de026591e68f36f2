import { hashBytes, nodeHash } from './hash.js'
import type { Subtree, SubtreeHash } from './subtree.js'

/** Levels of the tree that one tile spans; a full tile has 2^8 = 256 hashes, 8,192 bytes. @see C2SP tlog-tiles */
const tileHeight = 8
export const tileWidth = 2 ** tileHeight

/** Where a tile lies: `level` counts in steps of eight tree levels, `width` is 1 to 256 (256 = full). */
export interface TileId {
  readonly level: number
  readonly index: number
  readonly width: number
}

/** `tile/1/x001/067.p/112`: three digits a part, all but the last marked with x. @see C2SP tlog-tiles */
export function tilePath({ level, index, width }: TileId): string {
  return `tile/${level}/${indexPath(index)}${partialSuffix(width)}`
}

/** `tile/entries/x001/067.p/112`: the path of a bundle of entries. @see C2SP tlog-tiles */
export function entriesPath(index: number, width: number): string {
  return `tile/entries/${indexPath(index)}${partialSuffix(width)}`
}

/** Reads what `tilePath` or `entriesPath` wrote, or answers undefined; never throws. */
export function parseTilePath(path: string): (TileId & { readonly entries: boolean }) | undefined {
  const match =
    /^tile\/(entries|\d|[1-5]\d|6[0-3])\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d?|1\d\d|2[0-4]\d|25[0-5]))?$/.exec(path)
  if (match === null) return undefined
  const [, level = '', parts = '', partial = String(tileWidth)] = match
  const id = { level: level === 'entries' ? 0 : Number(level), index: indexOf(parts), width: Number(partial) }
  const entries = level === 'entries'
  const canonical = entries ? entriesPath(id.index, id.width) : tilePath(id)
  return canonical === path ? { ...id, entries } : undefined
}

function indexOf(parts: string): number {
  return Number(parts.replaceAll(/[x/]/g, ''))
}

function indexPath(index: number): string {
  const digits = String(index)
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  const parts = padded.match(/\d{3}/g) ?? []
  return parts.map((part, at) => (at < parts.length - 1 ? `x${part}` : part)).join('/')
}

function partialSuffix(width: number): string {
  return width === tileWidth ? '' : `.p/${width}`
}

/** The tiles that hold a tree of `size` entries at one level: the full ones' count, and the width of the partial one. */
export function tilesAt(level: number, size: number): { readonly full: number; readonly partial: number } {
  const hashes = Math.floor(size / tileWidth ** level)
  return { full: Math.floor(hashes / tileWidth), partial: hashes % tileWidth }
}

/** The tile that holds, or whose hashes make, the root of a perfect subtree in a tree of `size` entries. */
export function tileOf({ level, index }: Subtree, size: number): TileId {
  const tileLevel = Math.floor(level / tileHeight)
  const perTile = 2 ** (tileHeight - (level % tileHeight))
  const tileIndex = Math.floor(index / perTile)
  const { full, partial } = tilesAt(tileLevel, size)
  return { level: tileLevel, index: tileIndex, width: tileIndex < full ? tileWidth : partial }
}

/** Which hashes of its tile a perfect subtree spans: `count`, a power of two, from `start` on. */
export function placeInTile({ level, index }: Subtree): { readonly start: number; readonly count: number } {
  const count = 2 ** (level % tileHeight)
  return { start: (index * count) % tileWidth, count }
}

/** Answers the roots of perfect subtrees from tiles; `tile` gives the bytes of one, `width * 32` of them. */
export function subtreesFrom(size: number, tile: (id: TileId) => Buffer): SubtreeHash {
  return (subtree) => {
    const { start, count } = placeInTile(subtree)
    return perfectRoot(tile(tileOf(subtree, size)), start, count)
  }
}

/** The root over `count` (a power of two) hashes of a tile, from `start` on. */
export function perfectRoot(data: Buffer, start: number, count: number): Buffer {
  if (count === 1) {
    const hash = data.subarray(start * hashBytes, (start + 1) * hashBytes)
    if (hash.length !== hashBytes) throw new RangeError('The tile is narrower than the tree needs')
    return hash
  }
  const half = count / 2
  return nodeHash(perfectRoot(data, start, half), perfectRoot(data, start + half, half))
}
