import type { Uci } from '#libs/identifiers'
import type { Sql } from '#libs/postgres'

/** A group that may register fewer is planned again where an identifier is taken: that is rarer than a look is dear. */
const worthALook = 16

/**
 * Identifiers for a group of records that may all be new children. Where hundreds are drawn at once, one that is taken is no
 * rarity any more (of a million children in a sandbox, in every other group of five hundred), and would have the whole group
 * planned again: they are drawn beforehand, and those that somebody has are left out.
 *
 * @returns draws one identifier; beyond the stock as it comes, free or not
 */
export async function stockOfUcis(sql: Sql, most: number, draw: () => Uci): Promise<() => Uci> {
  if (most < worthALook) return draw
  const drawn = new Set(Array.from({ length: most }, draw))
  const rows = await sql.query<{ uci: Uci }>('select uci from identity.child where uci = any($1::text[])', [[...drawn]])
  for (const { uci } of rows) drawn.delete(uci)
  const stock = [...drawn]
  return () => stock.pop() ?? draw()
}
