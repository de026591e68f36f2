import { hashBytes, nodeHash } from './hash.js'
import type { SubtreeHash } from './subtree.js'
import { placeInTile, tileOf, tileWidth, type TileId } from './tile.js'

/** Where the bytes of tiles come from. */
interface TileSource {
  /** @returns by {@link placeOf}; a tile that is not there is left out, a wider one may stand for a narrower */
  tiles(ids: readonly TileId[]): Promise<ReadonlyMap<string, Buffer>>
}

const blank = Buffer.alloc(hashBytes)

/** `<level>/<index>`: the name of a tile's place, whatever its width. */
export function placeOf({ level, index }: Pick<TileId, 'level' | 'index'>): string {
  return `${level}/${index}`
}

/**
 * Calculates over a tree that lies in tiles, reading only those it needs, in one go.
 *
 * Of full tiles of leaves the last alone is kept, for proofs of entries that lie beside each other: there are many. The few above
 * them and the tiles of the right edge serve every proof, so they are kept, with the inner hashes once made. A kept tile never changes: the log only grows, and
 * a tile that grew has another width.
 */
export class TiledTree {
  private readonly kept = new Map<string, HashedTile>()
  private leaves: { readonly name: string; readonly tile: HashedTile } | undefined

  /** @param mostKept - tiles in memory above the leaves, some 40 KB each at most; 0 keeps none at all */
  constructor(
    private readonly source: TileSource,
    private readonly mostKept = 0,
  ) {}

  /**
   * Runs a calculation over the tree of `size` entries.
   *
   * @param calculate - pure; it runs twice, first over blank hashes to learn which tiles it asks for
   * @throws RangeError when a tile is missing or too narrow
   */
  async over<T>(size: number, calculate: (hashOf: SubtreeHash) => T): Promise<T> {
    const tiles = await this.read(tilesFor(size, calculate))
    return calculate((subtree) => {
      const { start, count } = placeInTile(subtree)
      return tileIn(tiles, tileOf(subtree, size)).root(start, count)
    })
  }

  private async read(ids: readonly TileId[]): Promise<ReadonlyMap<string, HashedTile>> {
    const known = new Map(ids.map((id) => [placeOf(id), this.knownAs(nameOf(id))]))
    const missing = ids.filter((id) => known.get(placeOf(id)) === undefined)
    const data = missing.length === 0 ? new Map<string, Buffer>() : await this.source.tiles(missing)
    const tiles = new Map<string, HashedTile>()
    for (const id of ids) {
      const place = placeOf(id)
      const tile = known.get(place) ?? new HashedTile(data.get(place) ?? Buffer.alloc(0), id.width)
      tiles.set(place, tile)
      if (id.level > 0 || id.width < tileWidth) this.keep(nameOf(id), tile)
      else if (this.mostKept > 0) this.leaves = { name: nameOf(id), tile }
    }
    return tiles
  }

  private knownAs(name: string): HashedTile | undefined {
    return this.leaves?.name === name ? this.leaves.tile : this.kept.get(name)
  }

  /** The least lately used goes first. */
  private keep(name: string, tile: HashedTile): void {
    this.kept.delete(name)
    this.kept.set(name, tile)
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= this.mostKept) return
      this.kept.delete(oldest)
    }
  }
}

function nameOf(id: TileId): string {
  return `${placeOf(id)}/${id.width}`
}

function tilesFor(size: number, calculate: (hashOf: SubtreeHash) => unknown): readonly TileId[] {
  const needed = new Map<string, TileId>()
  calculate((subtree) => {
    const id = tileOf(subtree, size)
    needed.set(placeOf(id), id)
    return blank
  })
  return [...needed.values()]
}

function tileIn(tiles: ReadonlyMap<string, HashedTile>, id: TileId): HashedTile {
  const tile = tiles.get(placeOf(id))
  if (tile === undefined) throw new RangeError('The calculation asked for another tile the second time')
  return tile
}

/** A tile with those of its inner hashes that somebody asked for. */
class HashedTile {
  private readonly inner: (Buffer | undefined)[] = []

  /** @throws RangeError when there are fewer than `width` hashes */
  constructor(
    private readonly data: Buffer,
    width: number,
  ) {
    if (data.length < width * hashBytes) throw new RangeError('A tile is missing, or narrower than the tree needs')
  }

  /** The root over `count` (a power of two) hashes from `start` on, which is a multiple of it. */
  root(start: number, count: number): Buffer {
    if (count === 1) return this.data.subarray(start * hashBytes, (start + 1) * hashBytes)
    const half = count / 2
    const place = (tileWidth + start) / count
    return (this.inner[place] ??= nodeHash(this.root(start, half), this.root(start + half, half)))
  }
}
