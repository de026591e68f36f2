import { subtreesFrom, type SubtreeHash, type TileId } from '#libs/tlog'

/** Where tiles come from: by `<level>/<index>`. */
export interface TileSource {
  tiles(ids: readonly TileId[]): Promise<ReadonlyMap<string, Buffer>>
}

const placeOf = ({ level, index }: TileId): string => `${level}/${index}`

/**
 * Runs a calculation over the tree of `size` entries, reading only the tiles it needs, in one go.
 *
 * @param calculate - pure; it is run twice, first to learn which tiles it asks for
 * @throws RangeError when a tile is missing
 */
export async function readTree<T>(source: TileSource, size: number, calculate: (hashOf: SubtreeHash) => T): Promise<T> {
  const needed = new Map<string, TileId>()
  const blank = Buffer.alloc(256 * 32)
  calculate(
    subtreesFrom(size, (id) => {
      needed.set(placeOf(id), id)
      return blank
    }),
  )
  const tiles = await source.tiles([...needed.values()])
  return calculate(subtreesFrom(size, (id) => tiles.get(placeOf(id)) ?? Buffer.alloc(0)))
}
