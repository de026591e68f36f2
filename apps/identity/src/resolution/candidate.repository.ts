import { Injectable } from '@nestjs/common'
import { emptyProfile, type Profile, type RecordDetails } from '#libs/matching'
import { Database, type Sql } from '#libs/postgres'
import { KeyRing, open } from '#libs/security'
import { KnownChildren, type ProtectionLevel } from './known-children.js'

/** Under what a group of records may find children; hashes are hex, keys decimal. */
export interface Lookup {
  readonly recordKeys: readonly string[]
  readonly keys: readonly string[]
  readonly ucis: readonly string[]
  readonly agencyIds: readonly string[]
}

const touched = `
  select l.child_id from identity.source_record s join identity.link l on l.source_record_id = s.id and l.valid_to is null
   where s.record_key = any($1::bytea[])
  union select p.child_id from identity.block_key b join identity.profile p on p.id = b.profile_id where b.key = any($2::bigint[])
  union select u.child_id from unnest($3::text[]) as k (uci) cross join lateral identity.child_of_uci(k.uci) u`

const fingerprint = `
with touched as (${touched})
select md5(coalesce(string_agg(t.state, ',' order by t.state), '')) as state from (
  select c.id || ' ' || c.version || ' ' || coalesce(v.level, '') || ' ' ||
         (select count(*) from identity.profile p where p.child_id = c.id) as state
    from touched join identity.child c on c.id = touched.child_id left join identity.protection_v v on v.child_id = c.id
  union all
  select encode(s.record_key, 'hex') || ' ' || encode(s.content_hash, 'hex') from identity.source_record s
   where s.record_key = any($1::bytea[])) t`

const children = `
with touched as (${touched})
select c.id, c.uci, c.status, v.level, p.id as profile_id, p.digest, p.sealed, p.key_id,
       (select array_agg(b.key::text) from identity.block_key b where b.profile_id = p.id and b.key = any($2::bigint[])) as keys
  from touched join identity.child c on c.id = touched.child_id and c.status <> 'withdrawn'
  left join identity.protection_v v on v.child_id = c.id
  left join identity.profile p on p.child_id = c.id
 order by c.id, p.digest`

const records = `
select encode(s.record_key, 'hex') as record_key, s.id, s.recorded_at, l.child_id, v.sealed, v.key_id
  from identity.source_record s join identity.link l on l.source_record_id = s.id and l.valid_to is null
 cross join lateral (select n.sealed, n.key_id from identity.record_version n where n.source_record_id = s.id
                      order by n.recorded_at desc, n.created_at desc limit 1) v
 where s.record_key = any($1::bytea[])`

/** A child of hidden location is there for who works with it or holds it; one of hidden existence for who was given it apart. */
const entitled = `
select l.child_id, s.source as agency_id from identity.link l
  join identity.source_record s on s.id = l.source_record_id
  join identity.protection_v v on v.child_id = l.child_id
 where l.valid_to is null and l.child_id = any($1::uuid[]) and s.source = any($2::text[])
   and (v.level = 'location-hidden' or not exists (
     select 1 from identity.protected_child p join identity.protection t on t.id = p.protection_id and t.lifted_at is null
      where p.child_id = l.child_id and not p.is_inherited))
union
select i.child_id, i.agency_id from safeguarding.involvement_v i
  join identity.protection_v v on v.child_id = i.child_id and v.level = 'location-hidden'
 where i.child_id = any($1::uuid[]) and i.agency_id = any($2::text[]) and (i.until is null or i.until > now())`

interface ChildRow {
  readonly id: string
  readonly uci: string | null
  readonly status: 'active' | 'provisional'
  readonly level: ProtectionLevel | null
  readonly profile_id: string | null
  readonly digest: Buffer
  readonly sealed: Buffer
  readonly key_id: string
  readonly keys: readonly string[] | null
}

interface RecordRow {
  readonly record_key: string
  readonly id: string
  readonly recorded_at: Date
  readonly child_id: string
  readonly sealed: Buffer
  readonly key_id: string
}

/** Finds the children that records may speak of. The same questions are asked whether or not anybody is found. */
@Injectable()
export class CandidateRepository {
  constructor(
    private readonly database: Database,
    private readonly keyRing: KeyRing,
  ) {}

  /** A text that differs once anything that a plan over this look-up rests on has changed. */
  async stateOf(sql: Sql, { recordKeys, keys, ucis }: Lookup): Promise<string> {
    const [row] = await sql.query<{ state: string }>(fingerprint, [bytes(recordKeys), keys, ucis])
    return row?.state ?? ''
  }

  /** Makes other commits that touch the same strong keys wait until this transaction ends; in one order everywhere. */
  async lock(tx: Sql, numbers: readonly string[]): Promise<void> {
    const sorted = [...new Set(numbers)].sort()
    await tx.query('select pg_advisory_xact_lock(k) from unnest($1::bigint[]) as k', [sorted])
  }

  /** Everything known that a group of records may touch. */
  async load({ recordKeys, keys, ucis, agencyIds }: Lookup): Promise<KnownChildren> {
    const [found, former] = await Promise.all([
      this.database.query<ChildRow>(children, [bytes(recordKeys), keys, ucis]),
      this.database.query<RecordRow>(records, [bytes(recordKeys)]),
    ])
    const hidden = [...new Set(found.filter(({ level }) => level !== null).map(({ id }) => id))]
    const rights = await this.database.query<{ child_id: string; agency_id: string }>(entitled, [hidden, agencyIds])
    const known = new KnownChildren()
    for (const rows of groupById(found)) {
      const allowed = rights.filter(({ child_id }) => child_id === rows[0].id).map(({ agency_id }) => agency_id)
      known.add(
        await this.childFrom(rows, new Set(allowed)),
        rows.flatMap((row) => row.keys ?? []),
      )
    }
    await this.addRedirects(known, ucis)
    for (const row of former) known.addRecord(row.record_key, await this.recordFrom(row))
    return known
  }

  private async addRedirects(known: KnownChildren, ucis: readonly string[]): Promise<void> {
    if (ucis.length === 0) return
    const rows = await this.database.query<{ old_uci: string; child_id: string }>(
      'select old_uci, child_id from identity.redirect where old_uci = any($1::text[])',
      [ucis],
    )
    for (const { old_uci, child_id } of rows) known.redirect(old_uci, child_id)
  }

  private async childFrom(rows: readonly [ChildRow, ...ChildRow[]], allowed: ReadonlySet<string>) {
    const [first] = rows
    const profiles = await Promise.all(
      rows.filter((row) => row.profile_id !== null).map((row) => this.profileFrom(row)),
    )
    return {
      childId: first.id,
      status: first.status,
      ...(first.uci !== null && { uci: first.uci }),
      ...(first.level !== null && { level: first.level }),
      entitled: allowed,
      profiles,
      digests: new Set(rows.flatMap((row) => (row.profile_id === null ? [] : [row.digest.toString('hex')]))),
    }
  }

  private async profileFrom({ sealed, key_id, profile_id }: ChildRow): Promise<Profile> {
    return { ...emptyProfile, ...((await this.openJson(sealed, key_id, profile_id ?? '')) as Profile) }
  }

  private async recordFrom(row: RecordRow) {
    const details = (await this.openJson(row.sealed, row.key_id, row.id)) as RecordDetails
    return {
      sourceRecordId: row.id,
      childId: row.child_id,
      recordedAt: row.recorded_at.toISOString(),
      details,
    }
  }

  private async openJson(sealed: Buffer, keyId: string, place: string): Promise<unknown> {
    const key = await this.keyRing.keyById(keyId)
    return key ? JSON.parse(open(key, sealed, place).toString('utf8')) : {}
  }
}

function bytes(hex: readonly string[]): readonly Buffer[] {
  return hex.map((text) => Buffer.from(text, 'hex'))
}

function groupById(rows: readonly ChildRow[]): readonly (readonly [ChildRow, ...ChildRow[]])[] {
  const groups = new Map<string, [ChildRow, ...ChildRow[]]>()
  for (const row of rows) {
    const group = groups.get(row.id)
    if (group) group.push(row)
    else groups.set(row.id, [row])
  }
  return [...groups.values()]
}
