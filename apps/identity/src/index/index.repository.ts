import { Injectable } from '@nestjs/common'
import type { Profile } from '#libs/matching'
import { Database } from '#libs/postgres'
import { KeyRing } from '#libs/security'
import { contentOf, type IndexEntry } from './index-entry.js'
import { openedProfile } from './read-entries.js'

/** How far a replica has read the feed: everything at or before it has been applied. */
export interface FeedPosition {
  readonly xid: string
  readonly seq: string
}

/** A change of the feed, and where what it speaks of stands now; no child, where it is to be found no more. */
export interface FeedChange extends FeedPosition {
  readonly profileId: string
  readonly childId: string | null
  readonly isHidden: boolean
}

interface EntryRow {
  readonly profile_id: string
  readonly child_id: string
  readonly sealed: Buffer
  readonly key_id: string
  readonly is_hidden: boolean
}

/** Where one profile stands, by its key: the view `index_entry` is for reading all. */
function placeOf(profileId: string): string {
  return `select p.child_id, p.sealed, p.key_id,
                 exists (select 1 from identity.protection_v v where v.child_id = p.child_id) as is_hidden
            from identity.profile p
           cross join lateral (select from identity.child c where c.id = p.child_id and c.status <> 'withdrawn' limit 1) c
           where p.id = ${profileId} limit 1`
}

const changes = `
select f.xid::text as xid, f.seq::text as seq, f.profile_id, e.child_id, coalesce(e.is_hidden, false) as is_hidden
  from (select xid, seq, profile_id from identity.index_change
         where (xid, seq) > ($1::xid8, $2::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot())
         order by xid, seq limit $3) f
  left join lateral (${placeOf('f.profile_id')}) e on true
 order by f.xid, f.seq`

/** Bytes that a profile takes in its table, at the most. */
const bytesEach = 1_000

/** What the index in memory is made from, and kept in step by. */
@Injectable()
export class IndexRepository {
  constructor(
    private readonly database: Database,
    private readonly keyRing: KeyRing,
  ) {}

  /** From here on the feed tells what a reading that begins now may miss. */
  async horizon(): Promise<FeedPosition> {
    const [row] = await this.database.query<{ xid: string }>(
      'select (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)::text as xid',
    )
    return { xid: row?.xid ?? '0', seq: '9223372036854775807' }
  }

  /** About how many profiles there are, as PostgreSQL last counted, or by the room they take. */
  async expected(): Promise<number> {
    const [row] = await this.database.query<{ many: number }>(
      `select greatest(reltuples, pg_relation_size(oid) / ${String(bytesEach)})::integer as many
         from pg_class where oid = 'identity.profile'::regclass`,
    )
    return row?.many ?? 0
  }

  /** The next changes after a position, none of a transaction that is still open. */
  async changesAfter({ xid, seq }: FeedPosition, limit: number): Promise<readonly FeedChange[]> {
    const rows = await this.database.query<FeedPosition & Omit<EntryRow, 'sealed' | 'key_id'>>(changes, [
      ...[xid, seq, limit],
    ])
    return rows.map((row) => ({
      ...{ xid: row.xid, seq: row.seq, profileId: row.profile_id },
      ...{ childId: row.child_id, isHidden: row.is_hidden },
    }))
  }

  /** These profiles, those of them that may be found. */
  async entriesOf(profileIds: readonly string[]): Promise<readonly IndexEntry[]> {
    const rows = await this.database.query<EntryRow>(
      `select k.profile_id, e.child_id, e.sealed, e.key_id, e.is_hidden from unnest($1::uuid[]) as k (profile_id)
        cross join lateral (${placeOf('k.profile_id')}) e`,
      [profileIds],
    )
    return Promise.all(rows.map((row) => this.entryFrom(row)))
  }

  /** Seconds since the oldest change after a position, open transactions included; 0 where there is none. */
  async secondsBehind({ xid, seq }: FeedPosition): Promise<number> {
    const [row] = await this.database.query<{ behind: number | null }>(
      `select extract(epoch from now() - min(at))::float8 as behind from identity.index_change
        where (xid, seq) > ($1::xid8, $2::bigint)`,
      [xid, seq],
    )
    return row?.behind ?? 0
  }

  /** The digest of the table as the index makes its own. */
  async digest(): Promise<string> {
    const [row] = await this.database.query<{ digest: string | null }>(
      `select lpad(to_hex(bit_xor(('x' || left(md5(profile_id::text || child_id::text || is_hidden::text), 16))::bit(64)::bigint)), 16, '0')
         as digest from identity.index_entry`,
    )
    return row?.digest ?? '0'.repeat(16)
  }

  /**
   * Tells other replicas that there is something to read; they would look by themselves a little later.
   *
   * @param by - who tells, so that it can pass over what it hears of itself
   */
  async wake(by: string): Promise<void> {
    await this.database.query(`select pg_notify('${feedChannel}', $1)`, [by])
  }

  /** Takes away what every replica has read long ago. */
  async forgetBefore(hours: number): Promise<void> {
    await this.database.query('delete from identity.index_change where at < now() - make_interval(hours => $1)', [
      hours,
    ])
  }

  private async entryFrom(row: EntryRow): Promise<IndexEntry> {
    const key = await this.keyRing.keyById(row.key_id)
    const said = JSON.parse(openedProfile(key, row.sealed, row.profile_id)) as Partial<Profile> | null
    return { profileId: row.profile_id, childId: row.child_id, isHidden: row.is_hidden, ...contentOf(said) }
  }
}

/** On which a commit tells that the feed has grown. */
export const feedChannel = 'waymark_identity_index'
