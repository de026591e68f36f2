import { isEarlierNormaliser, normaliserVersion, type Profile } from '#libs/matching'
import { canonicalJson } from '#libs/tlog'
import type { Findable } from '../resolution/prepare-submission.js'

/** A profile as it is stored. */
export interface StoredProfile {
  readonly profileId: string
  readonly digest: string
  readonly normaliser: string
  /** What it says; nothing where the key it was sealed under is gone. */
  readonly said?: Profile
  /** Hashes of the strong keys under which it is found. */
  readonly keys: readonly string[]
}

/** A version of one of the child's records. */
export interface ReadVersion {
  readonly sourceRecordId: string
  readonly contentHash: string
  /** The profile that was made of it, where it was the first to say so, and its child was not changed since. */
  readonly profileId?: string
  /** What this normaliser makes of it; nothing where it was erased or cannot be opened. */
  readonly made?: Findable
}

/** What is stored of a child that is found by its profiles. */
export interface StoredChild {
  readonly childId: string
  readonly profiles: readonly StoredProfile[]
  /** Of all its records, oldest first. */
  readonly versions: readonly ReadVersion[]
}

/** A profile to be stored under an id. */
interface Renewed {
  readonly profileId: string
  readonly made: Findable
}

/** What becomes of a child's profiles. */
export interface Renewal {
  /** Those that say what they said, and are found as they were: the same profiles, of another version. */
  readonly kept: readonly Renewed[]
  /** Those that say something else are other profiles: whoever holds the old one in memory must notice. */
  readonly added: readonly Renewed[]
  readonly dropped: readonly string[]
  /** Versions of records whose profile is another one now. */
  readonly moved: readonly { sourceRecordId: string; contentHash: string; profileId: string }[]
  /** Profiles of an earlier normaliser that stay, since what they were made of cannot be read. */
  readonly left: number
}

const nothing: Renewal = { kept: [], added: [], dropped: [], moved: [], left: 0 }

/**
 * Plans to make the profiles of a child anew that an earlier normaliser made: afterwards there is one for each distinct
 * content of its records as this normaliser reads them, and nobody else's. A later normaliser's child is left to the programs
 * that have it. What cannot be read leaves the profile it may have made as it is.
 */
export function planRenewal({ profiles, versions }: StoredChild, newId: () => string): Renewal {
  const earlier = profiles.filter(({ normaliser }) => isEarlierNormaliser(normaliser))
  if (earlier.length === 0 || profiles.some(({ normaliser }) => isEarlierNormaliser(normaliserVersion, normaliser)))
    return nothing
  const read = versions.flatMap((version) => (version.made ? [{ ...version, made: version.made }] : []))
  if (read.length === 0) return { ...nothing, left: earlier.length }
  const outdated = earlier.filter((profile) => !mayBeOfUnread(profile, versions))
  const { places, kept, added } = place(distinct(read), { profiles, outdated, newId })
  const keptIds = new Set(kept.map(({ profileId }) => profileId))
  const outdatedIds = new Set(outdated.map(({ profileId }) => profileId))
  const moved = read.flatMap(({ sourceRecordId, contentHash, profileId, made: { digest } }) => {
    const now = places.get(digest)
    const isMoved = profileId !== undefined && outdatedIds.has(profileId) && now !== undefined && now !== profileId
    return isMoved ? [{ sourceRecordId, contentHash, profileId: now }] : []
  })
  const dropped = [...outdatedIds].filter((profileId) => !keptIds.has(profileId))
  return { kept, added, dropped, moved, left: earlier.length - outdated.length }
}

/** Whether a profile was made of a version that cannot be read, or nobody knows of which while there is one. */
function mayBeOfUnread({ profileId }: StoredProfile, versions: readonly ReadVersion[]): boolean {
  const unread = versions.filter(({ made }) => !made)
  if (unread.length === 0) return false
  const isOf = (version: ReadVersion): boolean => version.profileId === profileId
  return unread.some(isOf) || !versions.some(isOf)
}

/** Of versions that say the same the oldest. */
function distinct(read: readonly { readonly made: Findable }[]): readonly Findable[] {
  const contents = new Map<string, Findable>()
  for (const { made } of read) if (!contents.has(made.digest)) contents.set(made.digest, made)
  return [...contents.values()]
}

/** Finds each content a profile: one that is there, else an outdated one that says the same, else a new one. */
function place(
  contents: readonly Findable[],
  given: { profiles: readonly StoredProfile[]; outdated: readonly StoredProfile[]; newId: () => string },
) {
  const free = new Set(given.outdated)
  const staying = given.profiles.filter((profile) => !free.has(profile))
  const places = new Map(staying.map(({ digest, profileId }) => [digest, profileId]))
  const [kept, added]: [Renewed[], Renewed[]] = [[], []]
  for (const made of contents) {
    if (places.has(made.digest)) continue
    const same = [...free].find((profile) => saysTheSame(profile, made))
    const profileId = same?.profileId ?? given.newId()
    if (same) {
      free.delete(same)
      kept.push({ profileId, made: { ...made, profile: recordedAs(same, made.profile) } })
    } else added.push({ profileId, made })
    places.set(made.digest, profileId)
  }
  return { places, kept, added }
}

/** The same content under the same keys; who made it, and when it was first recorded, is no content. */
function saysTheSame({ said, keys }: StoredProfile, made: Findable): boolean {
  if (!said || contentOf(said) !== contentOf(made.profile)) return false
  const [before, now] = [new Set(keys), new Set(made.strongKeys)]
  return before.size === now.size && [...now].every((key) => before.has(key))
}

function contentOf(profile: Profile): string {
  return canonicalJson({ ...profile, v: undefined, recordedOn: undefined })
}

/** Of versions that say the same any may have come first. */
function recordedAs({ said }: StoredProfile, profile: Profile): Profile {
  return said?.recordedOn === undefined ? profile : { ...profile, recordedOn: said.recordedOn }
}
