import { Injectable } from '@nestjs/common'
import { Database, type Sql } from '#libs/postgres'
import type { ChildState, LinkedRecord, PastChange } from './change.js'

interface StateRow {
  readonly child_id: string
  readonly uci: string | null
  readonly status: ChildState['status']
  readonly created_at: Date
  readonly verified: number
  readonly is_protected: boolean
  readonly records: readonly { id: string; link: string; key: string; source: string }[] | null
}

const states = `
select c.id as child_id, c.uci, c.status, c.created_at,
       (select count(*) from identity.identifier i where i.child_id = c.id and i.status = 'current' and i.verified_by is not null)::int as verified,
       exists (select 1 from identity.protection_v v where v.child_id = c.id) as is_protected,
       (select jsonb_agg(jsonb_build_object('id', s.id, 'link', l.id, 'key', encode(s.record_key, 'hex'), 'source', s.source) order by s.id)
          from identity.link l join identity.source_record s on s.id = l.source_record_id
         where l.child_id = c.id and l.valid_to is null) as records
  from identity.child c where c.id = any($1::uuid[]) order by c.id`

/** Differs once anything that a change of these children rests on has changed. */
const fingerprint = `
select md5(coalesce(string_agg(c.id || ' ' || c.version || ' ' || c.status || ' ' ||
    (select count(*) || ' ' || coalesce(max(l.id::text), '') from identity.link l where l.child_id = c.id and l.valid_to is null) || ' ' ||
    (select count(*) from identity.record_version v join identity.link l on l.source_record_id = v.source_record_id
      where l.child_id = c.id and l.valid_to is null), ',' order by c.id), '')) as state
  from identity.child c where c.id = any($1::uuid[])`

/** Whoever resolves a record of these children, or one that shares a strong key with them, waits for the change to end. */
const locks = `
select pg_advisory_xact_lock(k.key) from (
  select b.key from identity.block_key b join identity.profile p on p.id = b.profile_id where p.child_id = any($1::uuid[])
  union
  select ('x' || encode(substring(s.record_key from 1 for 8), 'hex'))::bit(64)::bigint
    from identity.source_record s join identity.link l on l.source_record_id = s.id and l.valid_to is null
   where l.child_id = any($1::uuid[])
  order by 1) k`

const past = `
select c.id, c.kind,
       (select jsonb_agg(jsonb_build_object('childId', p.child_id, 'part', p.part) order by p.part, p.child_id)
          from identity.change_child p where p.change_id = c.id) as children,
       (select jsonb_agg(jsonb_build_object('sourceRecordId', l.source_record_id, 'from', b.child_id, 'to', l.child_id) order by l.source_record_id)
          from identity.link l join identity.link b on b.id = l.replaces where l.change_id = c.id) as moved
  from identity.change c where c.id = $1`

/** What changes rest on, and the locks under which they are made. */
@Injectable()
export class ChangeRepository {
  constructor(private readonly database: Database) {}

  /** The children as they are now; those that do not exist are left out. */
  async states(childIds: readonly string[]): Promise<readonly ChildState[]> {
    const rows = await this.database.query<StateRow>(states, [childIds])
    return rows.map((row) => ({
      childId: row.child_id,
      status: row.status,
      createdAt: row.created_at,
      verified: row.verified,
      isProtected: row.is_protected,
      records: (row.records ?? []).map(recordFrom),
      ...(row.uci !== null && { uci: row.uci }),
    }))
  }

  /** A text that differs once the children are not as they were. */
  async fingerprint(sql: Sql, childIds: readonly string[]): Promise<string> {
    const [row] = await sql.query<{ state: string }>(fingerprint, [childIds])
    return row?.state ?? ''
  }

  /** In the order in which resolving locks: keys first, then rows. */
  async lock(tx: Sql, childIds: readonly string[]): Promise<void> {
    await tx.query(locks, [childIds])
    await tx.query('select id from identity.child where id = any($1::uuid[]) order by id for update', [childIds])
  }

  /** A change made earlier; what it moved is read from the history of links. */
  async past(changeId: string): Promise<PastChange | undefined> {
    const [row] = await this.database.query<{
      id: string
      kind: PastChange['kind']
      children: PastChange['children'] | null
      moved: PastChange['moved'] | null
    }>(past, [changeId])
    return row && { changeId: row.id, kind: row.kind, children: row.children ?? [], moved: row.moved ?? [] }
  }

  /** Where each child went, in the order asked: itself, unless it was joined with another. */
  async follow(childIds: readonly string[]): Promise<readonly string[]> {
    const rows = await this.database.query<{ child_id: string; at: string }>(
      `select c.id as child_id, coalesce(r.child_id, c.id) as at from identity.child c
         left join identity.redirect r on r.old_uci = c.uci and c.status = 'withdrawn' where c.id = any($1::uuid[])`,
      [childIds],
    )
    return childIds.map((id) => rows.find(({ child_id }) => child_id === id)?.at ?? id)
  }

  /** The children that records are with today, in the order asked. */
  async childrenOf(sourceRecordIds: readonly string[]): Promise<readonly (string | undefined)[]> {
    const rows = await this.database.query<{ source_record_id: string; child_id: string }>(
      'select source_record_id, child_id from identity.link where valid_to is null and source_record_id = any($1::uuid[])',
      [sourceRecordIds],
    )
    return sourceRecordIds.map((id) => rows.find((row) => row.source_record_id === id)?.child_id)
  }

  /** The child a UCI leads to today. */
  async ofUci(uci: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ child_id: string }>('select child_id from identity.child_of_uci($1)', [
      uci,
    ])
    return row?.child_id
  }
}

function recordFrom(row: { id: string; link: string; key: string; source: string }): LinkedRecord {
  return { sourceRecordId: row.id, linkId: row.link, recordKey: row.key, source: row.source }
}
