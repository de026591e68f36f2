import { Injectable } from '@nestjs/common'
import { Database, packBytes, type Sql } from '#libs/postgres'
import { placeOf, TiledTree, type TileId } from '#libs/tlog'
import type { LogEntry } from './entry.js'
import type { Tile } from './grow-tree.js'

/** What one batch adds, all of it durable together or not at all. */
export interface Batch {
  readonly firstSeq: number
  readonly entries: readonly LogEntry[]
  readonly tiles: readonly Tile[]
  readonly checkpoint: { readonly size: number; readonly note: string }
}

/** The bytes of all entries travel as one value, each entry's one after another, in the order of {@link bytesOf}. */
const insertBatch = `
with e as (
  insert into audit.entry (seq, record_id, at, service, number, kind, purpose, agency_id, client_id, outer_key_id, inner_key_id,
                           child_index, salt1, inner_hash, commitment, sealed_outer, sealed_inner)
  select seq, record_id, to_timestamp(at_ms / 1000.0), service, number, kind, purpose, agency_id, client_id, outer_key_id, inner_key_id,
         substr($14::bytea, start, 32), substr($14, start + 32, 16), substr($14, start + 48, 32), substr($14, start + 80, 32),
         substr($14, start + 112, outer_length), substr($14, start + 112 + outer_length, inner_length)
    from unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[],
                $10::uuid[], $11::uuid[], $12::int[], $13::int[], $15::int[])
      as e (seq, record_id, at_ms, service, number, kind, purpose, agency_id, client_id, outer_key_id, inner_key_id,
            outer_length, inner_length, start)),
t as (
  insert into audit.tile (level, idx, width, data)
  select level, idx, width, substr($19::bytea, start, length)
    from unnest($16::smallint[], $17::bigint[], $18::smallint[], $20::int[], $21::int[]) as t (level, idx, width, start, length)),
h as (update audit.tree_head set size = $22)
insert into audit.checkpoint (size, note) values ($22, $23)`

/** So many byte strings has each entry, see {@link bytesOf}. */
const partsOfEntry = 6

/** Enough for the tiles above the leaves of 16 million entries: 10 MB when all are in use. */
const tilesInMemory = 256

/** The only writer of entries, tiles and checkpoints, and their reader. */
@Injectable()
export class LogRepository {
  /** The tree, for proofs over it. */
  readonly tree = new TiledTree({ tiles: (ids) => this.tiles(ids) }, tilesInMemory)

  constructor(private readonly database: Database) {}

  /** The number of entries and the checkpoint of them, held for this transaction: nobody else appends until it ends. */
  async holdHead(tx: Sql): Promise<{ readonly size: number; readonly note: string | undefined }> {
    const held = tx.query<{ size: string }>('select size from audit.tree_head for update')
    // After the lock, in the same trip: a statement that waited for it would still see the checkpoints from before.
    const newest = tx.query<{ note: string }>(
      'select c.note from audit.tree_head h join audit.checkpoint c on c.size = h.size',
    )
    const [[head], [checkpoint]] = await Promise.all([held, newest])
    return { size: Number(head?.size ?? 0), note: checkpoint?.note }
  }

  /** Nobody waits for it: where it fails, the transaction fails. */
  append(tx: Sql, { firstSeq, entries, tiles, checkpoint }: Batch): void {
    const column = <T>(of: (entry: LogEntry, at: number) => T): T[] => entries.map(of)
    const packed = packBytes(entries.flatMap(bytesOf))
    const starts = entries.map((_, at) => packed.starts[at * partsOfEntry])
    const packedTiles = packBytes(tiles.map(({ data }) => data))
    void tx.query(insertBatch, [
      column((_, at) => firstSeq + at),
      column((entry) => entry.recordId),
      column((entry) => entry.atMs),
      column((entry) => entry.service),
      column((entry) => entry.number ?? null),
      column((entry) => entry.kind),
      column((entry) => entry.purpose ?? null),
      column((entry) => entry.agencyId ?? null),
      column((entry) => entry.clientId ?? null),
      column((entry) => entry.outerKeyId),
      column((entry) => entry.innerKeyId),
      column((entry) => entry.sealedOuter.length),
      column((entry) => entry.sealedInner.length),
      ...[packed.bytes, starts],
      tiles.map((tile) => tile.level),
      tiles.map((tile) => tile.index),
      tiles.map((tile) => tile.width),
      ...[packedTiles.bytes, packedTiles.starts, packedTiles.lengths],
      checkpoint.size,
      checkpoint.note,
    ])
  }

  /**
   * The bytes of tiles, each at least as wide as asked (a wider one begins with it).
   *
   * @returns by {@link placeOf}; a tile that is not there is left out
   */
  async tiles(ids: readonly TileId[], sql: Sql = this.database): Promise<ReadonlyMap<string, Buffer>> {
    const rows = await sql.query<{ level: number; idx: string; data: Buffer }>(
      `select w.level, w.idx, t.data
         from unnest($1::smallint[], $2::bigint[], $3::smallint[]) as w (level, idx, width)
        cross join lateral (select data from audit.tile
                             where level = w.level and idx = w.idx and width >= w.width order by width limit 1) t`,
      [ids.map(({ level }) => level), ids.map(({ index }) => index), ids.map(({ width }) => width)],
    )
    return new Map(rows.map(({ level, idx, data }) => [placeOf({ level, index: Number(idx) }), data]))
  }

  async newestCheckpoint(): Promise<{ readonly size: number; readonly note: string } | undefined> {
    return this.newest('checkpoint')
  }

  /** The newest checkpoint that the witnesses' quorum cosigned: the one the world sees. */
  async newestPublished(): Promise<{ readonly size: number; readonly note: string } | undefined> {
    return this.newest('published')
  }

  async publish(size: number, note: string): Promise<void> {
    await this.database.query('insert into audit.published (size, note) values ($1, $2) on conflict do nothing', [
      size,
      note,
    ])
  }

  /** The commitments of entries `from` to `to` (exclusive), in order. */
  async commitments(
    from: number,
    to: number,
  ): Promise<readonly { readonly recordId: string; readonly commitment: Buffer }[]> {
    const rows = await this.database.query<{ record_id: string; commitment: Buffer }>(
      'select record_id, commitment from audit.entry where seq >= $1 and seq < $2 order by seq',
      [from, to],
    )
    return rows.map((row) => ({ recordId: row.record_id, commitment: row.commitment }))
  }

  /** When the oldest of the entries `from` to `to` (exclusive) was made, in milliseconds since 1970. */
  async oldest(from: number, to: number): Promise<number | undefined> {
    const [row] = await this.database.query<{ at: Date | null }>(
      'select min(at) as at from audit.entry where seq >= $1 and seq < $2',
      [from, to],
    )
    return row?.at?.getTime()
  }

  async sweepTiles(): Promise<void> {
    await this.database.query('select audit.sweep_tiles()')
  }

  private async newest(table: 'checkpoint' | 'published') {
    const [row] = await this.database.query<{ size: string; note: string }>(
      `select size, note from audit.${table} order by size desc limit 1`,
    )
    return row && { size: Number(row.size), note: row.note }
  }
}

/** Index, salt, two hashes, the two halves. */
function bytesOf({ childIndex, salt1, innerHash, commitment, sealedOuter, sealedInner }: LogEntry): Buffer[] {
  return [childIndex, salt1, innerHash, commitment, sealedOuter, sealedInner]
}
