import type { Profile, RecordDetails } from '#libs/matching'
import type { Sql } from '#libs/postgres'
import { KeyBroken, open, type DataKey, type KeyRing } from '#libs/security'
import { inSlices } from '../change/in-slices.js'
import { wholeProfile } from '../index/index-entry.js'
import type { KeyedHashes } from '../resolution/keyed-hashes.js'
import { makeFindable, type Findable } from '../resolution/prepare-submission.js'
import type { ReadVersion, StoredChild, StoredProfile } from './plan-renewal.js'
import type { ChildRow, ProfileRow, RenewalRepository, SealedRow, VersionRow } from './renewal.repository.js'

/** A child with what its profiles are made anew from. */
export interface ReadChild extends StoredChild {
  readonly isHidden: boolean
  readonly stamp: string
  /** What a record of it is locked by. */
  readonly recordLocks: readonly string[]
}

interface Reading {
  readonly sql: Sql
  readonly keyRing: Pick<KeyRing, 'keyById'>
  readonly renewals: RenewalRepository
  readonly hashes: KeyedHashes
}

type Keys = ReadonlyMap<string, DataKey | undefined>

/**
 * Reads children that have profiles of an earlier normaliser, opened, with what this normaliser makes of each version of
 * their records. No lock is asked for.
 */
export async function readChildren(
  of: { readonly childIds: readonly string[]; readonly normalisers: readonly string[] },
  { sql, keyRing, renewals, hashes }: Reading,
): Promise<readonly ReadChild[]> {
  const living = await renewals.children(sql, of.childIds, of.normalisers)
  const ids = living.map(({ child_id }) => child_id)
  const [profiles, versions] = await Promise.all([renewals.profilesOf(sql, ids), renewals.versionsOf(sql, ids)])
  const keyIds = [...new Set([...profiles, ...versions].map(({ key_id }) => key_id))]
  const keys = new Map(await Promise.all(keyIds.map(async (id) => [id, await keyIfWhole(keyRing, id)] as const)))
  return inSlices(opening({ living, profiles, versions }, keys, hashes))
}

/** What was sealed under a key that does not unwrap is read as little as under one that was destroyed. */
async function keyIfWhole(keyRing: Reading['keyRing'], id: string): Promise<DataKey | undefined> {
  return keyRing.keyById(id).catch((error: unknown) => {
    if (error instanceof KeyBroken) return undefined
    throw error
  })
}

interface Rows {
  readonly living: readonly ChildRow[]
  readonly profiles: readonly ProfileRow[]
  readonly versions: readonly VersionRow[]
}

function* opening(rows: Rows, keys: Keys, hashes: KeyedHashes): Generator<void, readonly ReadChild[]> {
  const [profilesOf, versionsOf] = [byChild(rows.profiles), byChild(rows.versions)]
  const children: ReadChild[] = []
  for (const { child_id: childId, uci, is_hidden: isHidden, stamp } of rows.living) {
    const held = versionsOf.get(childId) ?? []
    const versions: ReadVersion[] = []
    for (const row of held) {
      versions.push(
        versionFrom(
          row,
          readable(() => madeOf(row, uci, { keys, hashes })),
        ),
      )
      yield
    }
    const profiles = (profilesOf.get(childId) ?? []).map((row) => profileFrom(row, keys))
    children.push({ childId, isHidden, stamp, profiles, versions, recordLocks: held.map(({ lock }) => lock) })
  }
  return children
}

function byChild<Row extends { readonly child_id: string }>(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const found = new Map<string, Row[]>()
  for (const row of rows) {
    const own = found.get(row.child_id)
    if (own) own.push(row)
    else found.set(row.child_id, [row])
  }
  return found
}

function profileFrom(row: ProfileRow, keys: Keys): StoredProfile {
  const said = readable(() => opened(row, row.id, keys) as Partial<Profile> | undefined)
  return {
    ...{ profileId: row.id, digest: row.digest, normaliser: row.normaliser, keys: row.keys ?? [] },
    ...(said && { said: wholeProfile(said) }),
  }
}

function versionFrom(row: VersionRow, made: Findable | undefined): ReadVersion {
  return {
    ...{ sourceRecordId: row.source_record_id, contentHash: row.content_hash },
    ...(row.profile_id !== null && { profileId: row.profile_id }),
    ...(made && { made }),
  }
}

/** As the record would be read if it came today; a UCI in it counts where it names the child that the record is of. */
function madeOf(
  row: VersionRow,
  ofChild: string | null,
  { keys, hashes }: { readonly keys: Keys; readonly hashes: KeyedHashes },
): Findable | undefined {
  const said = opened(row, row.source_record_id, keys) as (RecordDetails & { readonly uci?: string }) | undefined
  if (!said) return undefined
  const { uci, ...details } = said
  const submission = {
    ...{ agencyId: row.source, agencyKind: row.agency_kind ?? 'unknown', isEvent: row.is_event, details },
    ...{ recordedAt: row.recorded_at.toISOString(), ...(uci !== undefined && uci === ofChild && { uci }) },
  }
  return makeFindable(submission, hashes)
}

/** Nothing of what was sealed under a key that was destroyed. */
function opened(row: SealedRow, place: string, keys: Keys): unknown {
  const key = keys.get(row.key_id)
  return key && JSON.parse(open(key, row.sealed, place).toString('utf8'))
}

/** One row that does not open, or that says what nobody can read, must not keep all others from their turn: it is counted. */
function readable<Read>(read: () => Read): Read | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
