import { hashBytes, leafHash, tilesAt, tileWidth } from '#libs/tlog'
import type { LogRepository } from '../log/log.repository.js'

/**
 * The first of entries `from` to `to` (exclusive) whose stored commitment is not what the tree was made of.
 *
 * @returns its record id; where a row is gone, its place
 */
export async function firstAltered(
  log: Pick<LogRepository, 'tiles' | 'commitments'>,
  from: number,
  to: number,
): Promise<string | undefined> {
  for (let start = from; start < to; start += tileWidth - (start % tileWidth)) {
    const index = Math.floor(start / tileWidth)
    const end = Math.min(to, (index + 1) * tileWidth)
    const width = index < tilesAt(0, to).full ? tileWidth : to % tileWidth
    const tile = (await log.tiles([{ level: 0, index, width }])).get(`0/${index}`) ?? Buffer.alloc(0)
    const rows = await log.commitments(start, end)
    const at = rows.findIndex(({ commitment }, row) => {
      const place = ((start % tileWidth) + row) * hashBytes
      return !leafHash(commitment).equals(tile.subarray(place, place + hashBytes))
    })
    if (rows.length !== end - start) return `entry ${start + (at < 0 ? rows.length : at)}`
    if (at >= 0) return rows[at]?.recordId
  }
  return undefined
}
