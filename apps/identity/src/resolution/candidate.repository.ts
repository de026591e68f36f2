import { Injectable } from '@nestjs/common'
import { emptyProfile, type Profile, type RecordDetails } from '#libs/matching'
import { Database, type Sql } from '#libs/postgres'
import { isDamaged, KeyRing, open } from '#libs/security'
import { KnownChildren, type OverrideSide, type ProtectionLevel, type RecordVersion } from './known-children.js'

/** Under what a group of records may find children; hashes are hex, keys decimal. */
export interface Lookup {
  readonly recordKeys: readonly string[]
  /** Hashes of strong keys: what PostgreSQL stores, and what commits wait for each other by. */
  readonly keys: readonly string[]
  readonly ucis: readonly string[]
  readonly agencyIds: readonly string[]
  /** Of the records' versions: an identical one is answered as before, another of the same instant refused. */
  readonly versions: { readonly contentHashes: readonly string[]; readonly recordedAts: readonly string[] }
}

/** One trip: the locks, then, by a snapshot taken once they are held, whom the keys lead to. */
const touched =
  'select child_id, profile_id, key from identity.touched_by($1::bigint[], $2::bytea[], $3::bigint[], $4::text[])'

/** One trip: the children locked, then read as whoever held them before left them. */
const children = `
select id, uci, status, version, level, entitled, profile_id, digest, sealed, key_id
  from identity.children_for($1::uuid[], $2::text[], $3)`

/** Every row by its key, one after another: see the migration `keys-before-tables`. */
const records = `
select encode(k.record_key, 'hex') as record_key, s.id, s.recorded_at, l.child_id, v.sealed, v.key_id,
       (select json_agg(json_build_object('hash', encode(n.content_hash, 'hex'), 'at', n.recorded_at, 'isEvent', n.is_event,
                                          'decisionId', n.decision_id))
          from identity.record_version n where n.source_record_id = s.id
           and (n.content_hash = any($2::bytea[]) or n.recorded_at = any($3::timestamptz[]))) as versions,
       (select (array_agg(r.id order by r.id))[1] from identity.review r
         where r.child_id = l.child_id and r.state not in ('applied', 'withdrawn') and r.kind <> 'guardian') as review_id,
       (select json_agg(json_build_object('childId', t.other_child, 'kind', t.kind, 'scope', t.scope, 'source', t.other_source))
          from identity.override_side_v t where t.source_record_id = s.id) as overrides
  from unnest($1::bytea[]) as k (record_key)
 cross join lateral (select r.id, r.recorded_at from identity.source_record r where r.record_key = k.record_key limit 1) s
 cross join lateral (select o.child_id from identity.link o where o.source_record_id = s.id and o.valid_to is null limit 1) l
 cross join lateral (select n.sealed, n.key_id from identity.record_version n where n.source_record_id = s.id
                      order by n.recorded_at desc, n.created_at desc limit 1) v`

/** Of which agency the first record of each child is. */
const sources = `
select k.id, s.source
  from unnest($1::uuid[]) as k (id)
 cross join lateral (select l.source_record_id from identity.link l where l.child_id = k.id and l.valid_to is null
                      order by l.source_record_id limit 1) l
 cross join lateral (select r.source from identity.source_record r where r.id = l.source_record_id limit 1) s`

/** Whom to load, and by which keys they were found. */
interface Wanted {
  readonly ids: readonly string[]
  readonly touched: readonly Touched[]
  /** Whether it matters of which source a child is known. */
  readonly isSourced: boolean
}

/** A child that a record may speak of; `profileId` where it was found by a strong key of that profile. */
interface Touched {
  readonly childId: string
  readonly profileId: string | undefined
  readonly key: string | undefined
}

interface TouchedRow {
  readonly child_id: string
  readonly profile_id: string | null
  readonly key: string | null
}

interface ChildRow {
  readonly id: string
  readonly uci: string | null
  readonly status: 'active' | 'provisional'
  readonly level: ProtectionLevel | null
  /** Of a protected child: those of the asking agencies that it is not hidden from. */
  readonly entitled: readonly string[] | null
  readonly profile_id: string | null
  readonly digest: Buffer
  readonly sealed: Buffer
  readonly key_id: string
}

interface RecordRow {
  readonly versions: readonly RecordVersion[] | null
  readonly review_id: string | null
  readonly overrides: readonly OverrideSide[] | null
  readonly record_key: string
  readonly id: string
  readonly recorded_at: Date
  readonly child_id: string
  readonly sealed: Buffer
  readonly key_id: string
}

type Keys = Pick<KeyRing, 'keyById'>
type SealedRow = Pick<RecordRow, 'sealed' | 'key_id'>

/** Where is read: a transaction with its own ring, or neither. */
interface Reading {
  readonly sql: Sql
  readonly keyRing: Keys
  /** Whether whoever would change the children waits until the transaction ends; in one order everywhere. */
  readonly isLocking: boolean
}

/** Finds the children that records may speak of. The same questions are asked whether or not anybody is found. */
@Injectable()
export class CandidateRepository {
  constructor(
    private readonly database: Database,
    private readonly keyRing: KeyRing,
  ) {}

  /**
   * Makes other commits that touch the same strong keys or records wait until this transaction ends, in one order
   * everywhere, and tells whom they lead to.
   */
  lockKeys(tx: Sql, lookup: Lookup): Promise<readonly Touched[]> {
    const locks = [...lookup.keys, ...lookup.recordKeys.map(lockOf)]
    return this.touchedBy(tx, lookup, inOrder(locks))
  }

  /** The children that records name, are linked to or share a strong key with; these by which profile. */
  private async touchedBy(sql: Sql, { recordKeys, keys, ucis }: Lookup, locks: readonly string[]) {
    const rows = await sql.query<TouchedRow>(touched, [locks, bytes(recordKeys), keys, ucis])
    return rows.map((row): Touched => ({
      childId: row.child_id,
      profileId: row.profile_id ?? undefined,
      key: row.key ?? undefined,
    }))
  }

  /** Everything known that a group of records may touch, read without locks: for those who only look. */
  async load(lookup: Lookup, { ids: proposed, isSourced }: Omit<Wanted, 'touched'>): Promise<KnownChildren> {
    const rows = await this.touchedBy(this.database, lookup, [])
    const ids = [...new Set([...proposed, ...rows.map(({ childId }) => childId)])]
    const by = { sql: this.database, keyRing: this.keyRing, isLocking: false }
    return this.loadChildren(by, lookup, { ids, touched: rows, isSourced })
  }

  /** What is known of these children, and of the records by name. */
  async loadChildren(by: Reading, lookup: Lookup, { ids, touched, isSourced }: Wanted): Promise<KnownChildren> {
    const { sql, keyRing, isLocking } = by
    const { recordKeys, ucis, agencyIds, versions } = lookup
    // In this order, and together: the records are read once the children are locked.
    const [found, former, redirects, sources] = await Promise.all([
      sql.query<ChildRow>(children, [ids, agencyIds, isLocking]),
      sql.query<RecordRow>(records, [bytes(recordKeys), bytes(versions.contentHashes), versions.recordedAts]),
      redirectsOf(sql, ucis),
      isSourced ? sourcesOf(sql, ids) : nobodys,
    ])
    const known = new KnownChildren()
    const keys = keysOf(touched)
    // Begun in one turn, so that the keys of all are read by one statement.
    const [held, said] = await Promise.all([
      Promise.all(groupById(found).map((rows) => childFrom(rows, keyRing))),
      Promise.all(former.map(async (row) => [row.record_key, await recordFrom(row, keyRing)] as const)),
    ])
    for (const child of held) {
      const source = sources.get(child.childId)
      known.add({ ...child, ...(source !== undefined && { source }) }, keys.get(child.childId) ?? [])
    }
    for (const [recordKey, record] of said) known.addRecord(recordKey, record)
    for (const { old_uci, child_id } of redirects) known.redirect(old_uci, child_id)
    return known
  }
}

const nobodys: ReadonlyMap<string, string> = new Map()

async function sourcesOf(sql: Sql, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await sql.query<{ id: string; source: string }>(sources, [ids])
  return new Map(rows.map(({ id, source }) => [id, source]))
}

async function childFrom(rows: readonly [ChildRow, ...ChildRow[]], keyRing: Keys) {
  const [first] = rows
  const all = rows.filter((row) => row.profile_id !== null)
  const read = await Promise.all(all.map(async (row) => ({ row, profile: await profileFrom(row, keyRing) })))
  const held = read.flatMap(({ row, profile }) => (profile ? [{ ...row, profile }] : []))
  return {
    childId: first.id,
    status: first.status,
    ...(first.uci !== null && { uci: first.uci }),
    ...(first.level !== null && { level: first.level }),
    entitled: new Set(first.entitled ?? []),
    profiles: held.map(({ profile }) => profile),
    profileIds: held.map(({ profile_id }) => profile_id ?? ''),
    digests: new Set(all.map(({ digest }) => digest.toString('hex'))),
    ...(held.length < all.length && { isPartlyUnread: true }),
  }
}

async function profileFrom({ sealed, key_id, profile_id }: ChildRow, keyRing: Keys): Promise<Profile | undefined> {
  const said = (await openJson({ sealed, key_id }, profile_id ?? '', keyRing)) as Profile | undefined
  return said && { ...emptyProfile, ...said }
}

async function recordFrom(row: RecordRow, keyRing: Keys) {
  const details = (await openJson(row, row.id, keyRing)) as RecordDetails | undefined
  return {
    sourceRecordId: row.id,
    childId: row.child_id,
    recordedAt: row.recorded_at.toISOString(),
    ...(details && { details }),
    versions: (row.versions ?? []).map((version) => ({ ...version, at: new Date(version.at).toISOString() })),
    ...(row.review_id !== null && { reviewId: row.review_id }),
    ...(row.overrides && { overrides: row.overrides }),
  }
}

/** Says nothing where the key was destroyed; `undefined` where key or bytes do not open: that row stops no other of the group. */
async function openJson({ sealed, key_id }: SealedRow, place: string, keyRing: Keys): Promise<unknown> {
  try {
    const key = await keyRing.keyById(key_id)
    return key ? JSON.parse(open(key, sealed, place).toString('utf8')) : {}
  } catch (error) {
    if (isDamaged(error) || error instanceof SyntaxError) return undefined
    throw error
  }
}

interface Redirect {
  readonly old_uci: string
  readonly child_id: string
}

async function redirectsOf(sql: Sql, ucis: readonly string[]): Promise<readonly Redirect[]> {
  if (ucis.length === 0) return []
  return sql.query<Redirect>('select old_uci, child_id from identity.redirect where old_uci = any($1::text[])', [ucis])
}

/** Of each child, the keys of the group under which it is found. */
function keysOf(touched: readonly Touched[]): ReadonlyMap<string, readonly string[]> {
  const keys = new Map<string, string[]>()
  for (const { childId, key } of touched) {
    const known = keys.get(childId)
    if (key !== undefined && known) known.push(key)
    else if (key !== undefined) keys.set(childId, [key])
  }
  return keys
}

/** A record is locked by the beginning of its keyed name. */
function lockOf(recordKey: string): string {
  return Buffer.from(recordKey, 'hex').readBigInt64BE().toString()
}

function inOrder(numbers: readonly string[]): readonly string[] {
  return [...BigInt64Array.from(new Set(numbers.map(BigInt))).sort()].map(String)
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
