import { Injectable } from '@nestjs/common'
import { Database, newId, type Sql } from '#libs/postgres'
import { KeyRing, open, seal, type Caller, type DataKey } from '#libs/security'
import type { BulkFormat } from './read-file.js'
import type { RejectedRow, StagedRow } from './stage-rows.js'

/** Whoever posted a load: what its records are resolved as, also after the program began anew. */
interface Poster {
  readonly caller: Caller
  readonly purpose: string
  readonly ruleId: string
}

/** A file as it came. */
export interface NewLoad {
  readonly loadId: string
  readonly format: BulkFormat
  readonly bytes: Buffer
  readonly digest: Buffer
  readonly idempotencyKey: string | undefined
  readonly poster: Poster
}

/** How far a load is; counts of records. */
export interface LoadProgress {
  readonly id: string
  readonly agency_id: string
  readonly state: 'received' | 'resolving' | 'done'
  readonly is_broken: boolean
  readonly received: number
  readonly staged: number
  readonly linked: number
  readonly registered: number
  readonly provisional: number
  readonly known: number
  readonly rejected: number
  readonly created_at: Date
  readonly staged_at: Date | null
  readonly finished_at: Date | null
}

/** A load that is under way here. */
export interface OpenLoad {
  readonly loadId: string
  readonly format: BulkFormat
  readonly state: 'received' | 'resolving'
  readonly createdAtMs: number
  readonly poster: Poster
  readonly cursor: Cursor
  readonly staged: number
}

/** The last row that was resolved; before the first there is none. */
export type Cursor = { readonly sort: string; readonly line: number } | undefined

/** What became of the records of one commit. */
export type Counts = Readonly<Record<'linked' | 'registered' | 'provisional' | 'known', number>>

/** How far a load is after a commit. */
interface Checkpoint {
  readonly cursor: NonNullable<Cursor>
  readonly counts: Counts
  /** Staged records that could not stand beside what is known. */
  readonly refused: readonly RejectedRow[]
}

const partBytes = 1024 * 1024
const leaseSeconds = 15
const progressColumns = `id, agency_id, state, is_broken, received, staged, linked, registered, provisional, known, rejected,
  created_at, staged_at, finished_at`

interface ClaimedRow {
  readonly id: string
  readonly format: BulkFormat
  readonly state: 'received' | 'resolving'
  readonly created_at: Date
  readonly caller: Buffer
  readonly caller_key_id: string
  readonly done_sort: string | null
  readonly done_line: number | null
  readonly staged: number
}

@Injectable()
export class BulkLoadRepository {
  private readonly holder = newId()

  constructor(
    private readonly database: Database,
    private readonly keyRing: KeyRing,
  ) {}

  /** The key of a load; what it sealed opens until the load's rows are gone. */
  keyOf(loadId: string): Promise<DataKey> {
    return this.keyRing.keyOf(`stream:${loadId}`, 'content')
  }

  /** Keeps a file until its records are resolved. @returns whether it was; not where its agency used the same key before */
  async add(tx: Sql, load: NewLoad, key: DataKey): Promise<boolean> {
    const { loadId, format, bytes, digest, idempotencyKey, poster } = load
    const added = await tx.query(
      `insert into identity.bulk_load (id, agency_id, client_id, idempotency_key, body_digest, format, caller, caller_key_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (agency_id, idempotency_key) do nothing returning id`,
      [
        ...[loadId, poster.caller.agencyId, poster.caller.clientId, idempotencyKey ?? null, digest, format],
        ...[seal(key, Buffer.from(JSON.stringify(poster), 'utf8'), loadId), key.id],
      ],
    )
    if (added.length === 0) return false
    for (let part = 0; part * partBytes < bytes.length; part += 1) {
      const piece = bytes.subarray(part * partBytes, (part + 1) * partBytes)
      await tx.query('insert into identity.bulk_part (load_id, part, sealed, key_id) values ($1, $2, $3, $4)', [
        ...[loadId, part, seal(key, piece, `${loadId} ${String(part)}`), key.id],
      ])
    }
    return true
  }

  /** An earlier load of the same agency under the same key. */
  async keyed(agencyId: string, idempotencyKey: string): Promise<{ id: string; body_digest: Buffer } | undefined> {
    const [row] = await this.database.query<{ id: string; body_digest: Buffer }>(
      'select id, body_digest from identity.bulk_load where agency_id = $1 and idempotency_key = $2',
      [agencyId, idempotencyKey],
    )
    return row
  }

  async progress(loadId: string): Promise<LoadProgress | undefined> {
    const [row] = await this.database.query<LoadProgress>(
      `select ${progressColumns} from identity.bulk_load where id = $1`,
      [loadId],
    )
    return row
  }

  async rejected(loadId: string): Promise<readonly RejectedRow[]> {
    return this.database.query<RejectedRow & object>(
      'select line, code, pointer from identity.bulk_rejected where load_id = $1 order by line, pointer, code',
      [loadId],
    )
  }

  /**
   * The oldest load that nobody works on; one whose holder died is free after some seconds. One that could not go on is as old as
   * its last attempt: it stops no other.
   */
  async claim(): Promise<OpenLoad | undefined> {
    const [row] = await this.database.query<ClaimedRow>(
      `update identity.bulk_load set holder = $1, held_until = now() + make_interval(secs => $2)
        where id = (select id from identity.bulk_load where state <> 'done' and (held_until is null or held_until < now())
                     order by coalesce(held_until, created_at) limit 1 for update skip locked)
        returning id, format, state, created_at, caller, caller_key_id, done_sort, done_line, staged`,
      [this.holder, leaseSeconds],
    )
    if (!row) return undefined
    const key = await this.keyRing.keyById(row.caller_key_id)
    if (!key) throw new Error('The key of a bulk load is gone')
    return {
      ...{
        loadId: row.id,
        format: row.format,
        state: row.state,
        createdAtMs: row.created_at.getTime(),
        staged: row.staged,
      },
      poster: JSON.parse(open(key, row.caller, row.id).toString('utf8')) as Poster,
      cursor: row.done_sort === null ? undefined : { sort: row.done_sort, line: row.done_line ?? 0 },
    }
  }

  /** Lets another take up what this program could not go on with. */
  async release(loadId: string): Promise<void> {
    await this.database.query('update identity.bulk_load set held_until = now() where id = $1 and holder = $2', [
      loadId,
      this.holder,
    ])
  }

  /** Keeps others from taking the load up. @returns whether it is still ours */
  async holdOn(loadId: string): Promise<boolean> {
    const rows = await this.database.query(
      `update identity.bulk_load set held_until = now() + make_interval(secs => $3) where id = $1 and holder = $2 returning id`,
      [loadId, this.holder, leaseSeconds],
    )
    return rows.length > 0
  }

  async bytesOf(loadId: string, key: DataKey): Promise<Buffer> {
    const rows = await this.database.query<{ part: number; sealed: Buffer }>(
      'select part, sealed from identity.bulk_part where load_id = $1 order by part',
      [loadId],
    )
    return Buffer.concat(rows.map(({ part, sealed }) => open(key, sealed, `${loadId} ${String(part)}`)))
  }

  /** Forgets what was staged, so that staging begins anew; not which records could not stand, once some were resolved. */
  async clear({ loadId, state }: Pick<OpenLoad, 'loadId' | 'state'>): Promise<void> {
    await this.database.query('delete from identity.bulk_row where load_id = $1', [loadId])
    if (state === 'received')
      await this.database.query('delete from identity.bulk_rejected where load_id = $1', [loadId])
  }

  async stage(loadId: string, rows: readonly StagedRow[], rejected: readonly RejectedRow[]): Promise<void> {
    await this.database.query(
      'insert into identity.bulk_row (load_id, sort, line, sealed) select $1, * from unnest($2::bigint[], $3::integer[], $4::bytea[])',
      [loadId, rows.map(({ sort }) => sort), rows.map(({ line }) => line), rows.map(({ sealed }) => sealed)],
    )
    if (rejected.length > 0) await addRejected(this.database, loadId, rejected)
  }

  /** The file has been read: from here on its records are resolved. */
  async staged(loadId: string, file: { readonly received: number; readonly isBroken: boolean }): Promise<void> {
    await this.database.query(
      `update identity.bulk_load l set state = 'resolving', received = $2, is_broken = $3, staged_at = now(),
              staged = (select count(*) from identity.bulk_row r where r.load_id = l.id and not exists (
                          select from identity.bulk_rejected x where x.load_id = l.id and x.line = r.line)),
              rejected = (select count(distinct line) from identity.bulk_rejected r where r.load_id = l.id)
        where id = $1`,
      [loadId, file.received, file.isBroken],
    )
  }

  /** How many rows are there to be resolved; fewer than were staged if the server lost its unlogged tables. */
  async countStaged(loadId: string): Promise<number> {
    const [row] = await this.database.query<{ n: string }>(
      'select count(*) as n from identity.bulk_row where load_id = $1',
      [loadId],
    )
    return Number(row?.n ?? 0)
  }

  /** The next rows after the cursor, in the order of their strongest keys. */
  async rowsAfter(loadId: string, cursor: Cursor, limit: number): Promise<readonly StagedRow[]> {
    const after = cursor === undefined ? '' : 'and (sort, line) > ($3::bigint, $4::integer)'
    return this.database.query<StagedRow & object>(
      `select sort, line, sealed from identity.bulk_row where load_id = $1 ${after} order by sort, line limit $2`,
      cursor === undefined ? [loadId, limit] : [loadId, limit, cursor.sort, cursor.line],
    )
  }

  /** Says in the transaction that resolved them how far the load is, and which records could not stand. */
  async checkpoint(tx: Sql, loadId: string, { cursor, counts, refused }: Checkpoint): Promise<void> {
    const rows = await tx.query(
      `update identity.bulk_load set done_sort = $2, done_line = $3, linked = linked + $4, registered = registered + $5,
              provisional = provisional + $6, known = known + $7, rejected = rejected + $10, staged = staged - $10,
              held_until = now() + make_interval(secs => $9)
        where id = $1 and holder = $8 returning id`,
      [
        ...[loadId, cursor.sort, cursor.line, counts.linked, counts.registered, counts.provisional, counts.known],
        ...[this.holder, leaseSeconds, refused.length],
      ],
    )
    if (rows.length === 0) throw new Error('Another program took the load up')
    if (refused.length > 0) await addRejected(tx, loadId, refused)
  }

  /** All records are resolved: what came is kept no longer. */
  async finish(loadId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query('delete from identity.bulk_row where load_id = $1', [loadId])
      await tx.query('delete from identity.bulk_part where load_id = $1', [loadId])
      await tx.query(`update identity.bulk_load set state = 'done', finished_at = now() where id = $1`, [loadId])
    })
  }
}

async function addRejected(sql: Sql, loadId: string, rejected: readonly RejectedRow[]): Promise<void> {
  await sql.query(
    `insert into identity.bulk_rejected (load_id, line, code, pointer)
     select $1, * from unnest($2::integer[], $3::text[], $4::text[]) on conflict do nothing`,
    [
      loadId,
      rejected.map(({ line }) => line),
      rejected.map(({ code }) => code),
      rejected.map(({ pointer }) => pointer),
    ],
  )
}
