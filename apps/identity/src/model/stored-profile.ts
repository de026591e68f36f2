import { emptyProfile, type Profile, type RecordDetails } from '#libs/matching'
import { isDamaged, open, type KeyRing } from '#libs/security'
import { isReference, profileOf } from '../resolution/submission.js'

/** A version of a record, with its profile if it has one of its own, and else with what it says. */
export interface StoredVersion {
  readonly source_record_id: string
  readonly recorded_at: Date
  readonly is_event: boolean
  readonly source: string
  readonly agency_kind: string | null
  /** Null where the version has no profile of its own; then it is made from what the record says. */
  readonly profile_id: string | null
  readonly sealed: Buffer
  readonly key_id: string
}

/** The columns of a {@link StoredVersion}; `v` is the version, `l` the link of its record. */
export const storedVersion = `
       v.source_record_id, v.recorded_at, v.is_event, s.source, g.kind as agency_kind, p.id as profile_id,
       coalesce(p.sealed, v.sealed) as sealed, coalesce(p.key_id, v.key_id) as key_id
  from identity.record_version v join identity.source_record s on s.id = v.source_record_id
  join identity.link l on l.source_record_id = v.source_record_id and l.valid_to is null
  left join identity.profile p on p.id = v.profile_id
  left join auth.agency_v g on g.agency_id = s.source`

/** Links by which anybody may find a record. */
export const isOpenLink = `l.valid_to is null and not exists (select from identity.protection_v v where v.child_id = l.child_id)`

/**
 * What a version says, to be compared. Nothing of what was sealed under a key that was destroyed or does not open, which keeps
 * nobody from learning of the others, nor of a record that but names its child.
 */
export async function profileStored(keyRing: KeyRing, row: StoredVersion): Promise<Profile | undefined> {
  const said = await opened(keyRing, row)
  if (said === undefined) return undefined
  if (row.profile_id !== null) return { ...emptyProfile, ...(said as Profile) }
  const { source, agency_kind, is_event: isEvent, recorded_at } = row
  const submission = {
    agencyId: source,
    agencyKind: agency_kind ?? 'unknown',
    isEvent,
    recordedAt: recorded_at.toISOString(),
  }
  const details = said as RecordDetails
  return isReference({ details }) ? undefined : profileOf({ ...submission, details })
}

async function opened(keyRing: KeyRing, row: StoredVersion): Promise<unknown> {
  try {
    const key = await keyRing.keyById(row.key_id)
    return key && JSON.parse(open(key, row.sealed, row.profile_id ?? row.source_record_id).toString('utf8'))
  } catch (error) {
    if (isDamaged(error) || error instanceof SyntaxError) return undefined
    throw error
  }
}
