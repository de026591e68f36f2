import { isRefusedData } from '#libs/postgres'
import type { EventRow } from './event-rows.js'

/** What became of the rows of a group, by event id; a row that is in neither was a repeat. */
export interface Written {
  readonly written: ReadonlySet<string>
  /** What the database would not take for what it holds. */
  readonly unwritable: ReadonlySet<string>
}

/**
 * Writes a group in one transaction. Where the database refuses it for what one row holds, its halves are written one after
 * the other, in order, until that row stands alone: nobody's event is kept out by another's.
 *
 * @param insert - writes rows or none; durable when it resolves
 * @throws what `insert` throws for a reason that is not in the rows; whether they were written is then unknown
 */
export async function writeApart(
  insert: (rows: readonly EventRow[]) => Promise<ReadonlySet<string>>,
  rows: readonly EventRow[],
): Promise<Written> {
  try {
    return { written: await insert(rows), unwritable: new Set() }
  } catch (error) {
    if (!isRefusedData(error)) throw error
  }
  if (rows.length === 1) return { written: new Set(), unwritable: new Set(rows.map(({ eventId }) => eventId)) }
  const middle = Math.ceil(rows.length / 2)
  const first = await writeApart(insert, rows.slice(0, middle))
  const second = await writeApart(insert, rows.slice(middle))
  return {
    written: new Set([...first.written, ...second.written]),
    unwritable: new Set([...first.unwritable, ...second.unwritable]),
  }
}
