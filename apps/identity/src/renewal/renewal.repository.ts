import { Injectable } from '@nestjs/common'
import { normaliserVersion } from '#libs/matching'
import { Database, type Sql } from '#libs/postgres'
import type { Renewal } from './plan-renewal.js'

/** Sealed bytes, the key that opens them, and where they belong. */
export interface SealedRow {
  readonly sealed: Buffer
  readonly key_id: string
}

/** A child as it stands. */
export interface ChildRow {
  readonly child_id: string
  readonly uci: string | null
  readonly is_hidden: boolean
  /** Differs once anything that a renewal of the child rests on has changed. */
  readonly stamp: string
}

/** A profile of such a child. */
export interface ProfileRow extends SealedRow {
  readonly child_id: string
  readonly id: string
  readonly digest: string
  readonly normaliser: string
  readonly keys: readonly string[] | null
}

/** A version of one of its records. */
export interface VersionRow extends SealedRow {
  readonly child_id: string
  readonly source_record_id: string
  readonly source: string
  readonly agency_kind: string | null
  readonly lock: string
  readonly content_hash: string
  readonly recorded_at: Date
  readonly is_event: boolean
  readonly profile_id: string | null
}

/** A renewal with what is to be stored sealed. */
export interface SealedRenewal {
  readonly childId: string
  readonly renewal: Renewal
  /** By profile. */
  readonly sealed: ReadonlyMap<string, { readonly bytes: Buffer; readonly keyId: string }>
}

/** From one version to the next by the index: there are few. */
const versionsHeld = `
with recursive held (normaliser) as (
  (select p.normaliser from identity.profile p order by p.normaliser limit 1)
  union all
  select (select p.normaliser from identity.profile p where p.normaliser > h.normaliser order by p.normaliser limit 1)
    from held h where h.normaliser is not null)
select normaliser from held where normaliser is not null`

const dueChildren = `
select distinct d.child_id from unnest($1::text[]) as k (normaliser)
 cross join lateral (select distinct p.child_id from identity.profile p
                      where p.normaliser = k.normaliser and p.child_id > $2::uuid and p.created_at >= $3::timestamptz
                      order by p.child_id limit $4) d
 order by d.child_id limit $4`

/** Every row by its key, one after another: see the migration `keys-before-tables`. */
const children = `
select c.id as child_id, c.uci, h.is_hidden,
       concat_ws(' ', c.version, h.is_hidden,
         (select string_agg(p.id || ' ' || p.normaliser, ',' order by p.id) from identity.profile p where p.child_id = c.id),
         (select string_agg(l.id || ' ' || (select count(*) from identity.record_version v where v.source_record_id = l.source_record_id),
                            ',' order by l.id)
            from identity.link l where l.child_id = c.id and l.valid_to is null)) as stamp
  from unnest($1::uuid[]) as k (id)
 cross join lateral (select d.id, d.uci, d.version from identity.child d where d.id = k.id and d.status <> 'withdrawn' limit 1) c
 cross join lateral (select exists (select 1 from identity.protection_v v where v.child_id = c.id) as is_hidden) h
 where exists (select 1 from identity.profile p where p.child_id = c.id and p.normaliser = any($2::text[]))`

const profiles = `
select k.id as child_id, p.id, p.digest, p.normaliser, p.sealed, p.key_id,
       (select array_agg(b.key::text) from identity.block_key b where b.profile_id = p.id) as keys
  from unnest($1::uuid[]) as k (id)
 cross join lateral (select f.id, encode(f.digest, 'hex') as digest, f.normaliser, f.sealed, f.key_id
                       from identity.profile f where f.child_id = k.id offset 0) p
 order by p.id`

const versions = `
select k.id as child_id, l.source_record_id, s.source, a.kind as agency_kind,
       ('x' || encode(substring(s.record_key from 1 for 8), 'hex'))::bit(64)::bigint::text as lock,
       encode(v.content_hash, 'hex') as content_hash, v.recorded_at, v.is_event, v.sealed, v.key_id, v.profile_id
  from unnest($1::uuid[]) as k (id)
 cross join lateral (select o.source_record_id from identity.link o where o.child_id = k.id and o.valid_to is null offset 0) l
 cross join lateral (select r.source, r.record_key from identity.source_record r where r.id = l.source_record_id limit 1) s
 cross join lateral (select n.content_hash, n.recorded_at, n.created_at, n.is_event, n.sealed, n.key_id, n.profile_id
                       from identity.record_version n where n.source_record_id = l.source_record_id offset 0) v
  left join lateral (select g.kind from auth.agency_v g where g.agency_id = s.source limit 1) a on true
 order by v.recorded_at, v.created_at, v.content_hash`

/** In the order in which resolving locks: keys first, then rows. */
const keyLocks = 'select pg_advisory_xact_lock(k) from (select distinct unnest($1::bigint[]) as k order by 1) o'
const rowLocks = `
select 1 from (select c.id from identity.child c where c.id = any($1::uuid[]) order by c.id for no key update) as locked`

const keep = `
update identity.profile p set digest = k.digest, normaliser = $1, sealed = k.sealed, key_id = k.key_id
  from unnest($2::uuid[], $3::bytea[], $4::bytea[], $5::uuid[]) as k (id, digest, sealed, key_id)
 cross join lateral (select f.ctid as place from identity.profile f where f.id = k.id limit 1) o
 where p.ctid = o.place`

const add = `
insert into identity.profile (id, child_id, digest, normaliser, sealed, key_id)
select k.id, k.child_id, k.digest, $1, k.sealed, k.key_id
  from unnest($2::uuid[], $3::bytea[], $4::bytea[], $5::uuid[], $6::uuid[]) as k (id, digest, sealed, key_id, child_id)`

const move = `
update identity.record_version v set profile_id = k.profile_id
  from unnest($1::uuid[], $2::bytea[], $3::uuid[]) as k (source_record_id, content_hash, profile_id)
 cross join lateral (select n.ctid as place from identity.record_version n
                      where n.source_record_id = k.source_record_id and n.content_hash = k.content_hash limit 1) o
 where v.ctid = o.place`

/** Profiles that an earlier normaliser made, and what they are made anew from. */
@Injectable()
export class RenewalRepository {
  constructor(private readonly database: Database) {}

  /** Versions of the normaliser of which there are profiles. */
  async versions(): Promise<readonly string[]> {
    const rows = await this.database.query<{ normaliser: string }>(versionsHeld)
    return rows.map(({ normaliser }) => normaliser)
  }

  async count(normalisers: readonly string[]): Promise<number> {
    const [row] = await this.database.query<{ many: number }>(
      'select count(*)::integer as many from identity.profile where normaliser = any($1::text[])',
      [normalisers],
    )
    return row?.many ?? 0
  }

  /** An instant before which everything is committed that will be. */
  async settledUntil(): Promise<string> {
    const [row] = await this.database.query<{ at: string }>(`select (now() - interval '10 minutes')::text as at`)
    return row?.at ?? '-infinity'
  }

  /** Children with profiles of these versions that came since, in the order of their ids. */
  async due(of: DueOf): Promise<readonly string[]> {
    const rows = await this.database.query<{ child_id: string }>(dueChildren, [
      ...[of.normalisers, of.after, of.since, of.limit],
    ])
    return rows.map(({ child_id }) => child_id)
  }

  /** Until its transaction ends no other program makes profiles anew. */
  async takeTurn(tx: Sql): Promise<void> {
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('identity.renewal', 0))`)
  }

  /** Those of these children that live and have profiles of these versions. */
  children(sql: Sql, childIds: readonly string[], normalisers: readonly string[]): Promise<readonly ChildRow[]> {
    return sql.query<ChildRow>(children, [childIds, normalisers])
  }

  profilesOf(sql: Sql, childIds: readonly string[]): Promise<readonly ProfileRow[]> {
    return sql.query<ProfileRow>(profiles, [childIds])
  }

  /** Oldest first. */
  versionsOf(sql: Sql, childIds: readonly string[]): Promise<readonly VersionRow[]> {
    return sql.query<VersionRow>(versions, [childIds])
  }

  /** Whoever resolves a record of these children, or one that shares a strong key with them, waits until the transaction ends. */
  async lock(tx: Sql, keys: readonly string[], childIds: readonly string[]): Promise<void> {
    await tx.query(keyLocks, [keys])
    await tx.query(rowLocks, [childIds])
  }

  /** What is added is there before what is dropped goes: the merge check is asked for children that have both. */
  async write(tx: Sql, renewals: readonly SealedRenewal[]): Promise<void> {
    const kept = renewals.flatMap((one) => rowsOf(one, one.renewal.kept))
    const added = renewals.flatMap((one) => rowsOf(one, one.renewal.added))
    const moved = renewals.flatMap(({ renewal }) => renewal.moved)
    const dropped = renewals.flatMap(({ renewal }) => renewal.dropped)
    if (kept.length > 0) await tx.query(keep, columnsOf(kept))
    if (added.length > 0) await tx.query(add, [...columnsOf(added), added.map(({ childId }) => childId)])
    await addKeys(tx, added)
    if (moved.length > 0)
      await tx.query(move, [
        moved.map(({ sourceRecordId }) => sourceRecordId),
        moved.map(({ contentHash }) => Buffer.from(contentHash, 'hex')),
        moved.map(({ profileId }) => profileId),
      ])
    if (dropped.length > 0) await tx.query('delete from identity.profile where id = any($1::uuid[])', [dropped])
  }
}

/** Which children are due. */
interface DueOf {
  readonly normalisers: readonly string[]
  readonly after: string
  readonly since: string
  readonly limit: number
}

type Row = ReturnType<typeof rowsOf>[number]

function rowsOf({ childId, sealed }: SealedRenewal, profiles: Renewal['added']) {
  return profiles.flatMap(({ profileId, made }) => {
    const under = sealed.get(profileId)
    return under ? [{ childId, profileId, made, ...under }] : []
  })
}

function columnsOf(rows: readonly Row[]): readonly unknown[] {
  return [
    normaliserVersion,
    rows.map(({ profileId }) => profileId),
    rows.map(({ made }) => Buffer.from(made.digest, 'hex')),
    rows.map(({ bytes }) => bytes),
    rows.map(({ keyId }) => keyId),
  ]
}

async function addKeys(tx: Sql, added: readonly Row[]): Promise<void> {
  const keys = added.flatMap(({ profileId, made }) => [...new Set(made.strongKeys)].map((key) => ({ profileId, key })))
  if (keys.length === 0) return
  await tx.query('insert into identity.block_key (key, profile_id) select * from unnest($1::bigint[], $2::uuid[])', [
    keys.map(({ key }) => key),
    keys.map(({ profileId }) => profileId),
  ])
}
