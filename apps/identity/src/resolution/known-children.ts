import type { Profile } from '#libs/matching'
import { masterEntry } from './submission.js'

/** How a child is protected. */
export type ProtectionLevel = 'location-hidden' | 'existence-hidden'

/** What is known of a child that a record may speak of. */
export interface KnownChild {
  readonly childId: string
  readonly uci?: string
  readonly status: 'active' | 'provisional'
  readonly level?: ProtectionLevel
  /** Agencies with an open link to, or a current involvement with, a protected child: for them it is not hidden. */
  readonly entitled: ReadonlySet<string>
  readonly profiles: readonly Profile[]
  /** Of each profile, in their order. */
  readonly profileIds: readonly string[]
  readonly digests: ReadonlySet<string>
  /** What some of its profiles say is not known, since their sealed bytes do not open: they are not among those above. */
  readonly isPartlyUnread?: boolean
  /** One of its keys is not to be had: nothing can be written of it, nor an access to it recorded. */
  readonly isShut?: boolean
  /** The agency of its first record; only there where the model's probabilities are calibrated by source. */
  readonly source?: string
}

/** One version of a record as it came. */
export interface RecordVersion {
  /** Of its content; hex. */
  readonly hash: string
  readonly at: string
  readonly isEvent: boolean
  readonly decisionId: string
}

/** What two persons said of a record and another, whatever a model says. */
export interface OverrideSide {
  /** The child that the other record is with. */
  readonly childId: string
  readonly kind: 'must-link' | 'cannot-link'
  /** `all`, `agency:<id>`, or `system:<identifier system>`. */
  readonly scope: string
  /** The agency of the other record. */
  readonly source: string
}

/** A record that was here before. */
export interface KnownRecord {
  readonly sourceRecordId: string
  readonly childId: string
  readonly recordedAt: string
  /** What its newest version says; only there where an event is to add to it, and it opens. */
  readonly details?: object
  /** Those that what comes now may repeat or contradict. */
  readonly versions?: readonly RecordVersion[]
  /** The open review of its child. */
  readonly reviewId?: string
  /** What holds of it and other records now. */
  readonly overrides?: readonly OverrideSide[]
}

/** How a record finds children. */
interface Sought {
  readonly keys: readonly string[]
  readonly profile: Profile
}

/**
 * The part of what is known that a group of records may touch. It changes as the group is planned, so that a later record
 * sees what an earlier one registered.
 */
export class KnownChildren {
  private readonly children = new Map<string, KnownChild>()
  private readonly byKey = new Map<string, Set<string>>()
  private readonly byUci = new Map<string, string>()
  private readonly records = new Map<string, KnownRecord>()
  private readonly proposals = new Map<Profile, readonly string[]>()

  /** @param keys - hashed blocking keys under which the child is found */
  add(child: KnownChild, keys: readonly string[]): void {
    this.children.set(child.childId, child)
    if (child.uci !== undefined) this.byUci.set(child.uci, child.childId)
    for (const key of keys) {
      const found = this.byKey.get(key) ?? new Set<string>()
      this.byKey.set(key, found.add(child.childId))
    }
  }

  /** Children that the index in memory holds likely for a profile; only those that were loaded count. */
  propose(profile: Profile, childIds: readonly string[]): void {
    this.proposals.set(profile, childIds)
  }

  /** Of a child one of whose keys is not to be had, nothing is written: who may be it waits for a person. */
  shut(childId: string): void {
    const child = this.children.get(childId)
    if (child) this.children.set(childId, { ...child, isPartlyUnread: true, isShut: true })
  }

  /** A UCI that was replaced leads to the child it became. */
  redirect(oldUci: string, childId: string): void {
    this.byUci.set(oldUci, childId)
  }

  addRecord(recordKey: string, record: KnownRecord): void {
    this.records.set(recordKey, record)
  }

  recordOf(recordKey: string): KnownRecord | undefined {
    return this.records.get(recordKey)
  }

  child(childId: string): KnownChild | undefined {
    return this.children.get(childId)
  }

  ofUci(uci: string): KnownChild | undefined {
    const childId = this.byUci.get(uci)
    return childId === undefined ? undefined : this.child(childId)
  }

  /** Children that share a key, that the index proposed, or that the record names; in a stable order. */
  candidates({ keys, profile }: Sought, uci: string | undefined): readonly KnownChild[] {
    const proposed = this.proposals.get(profile) ?? []
    const ids = new Set([...proposed, ...keys.flatMap((key) => [...(this.byKey.get(key) ?? [])])])
    const named = uci === undefined ? undefined : this.byUci.get(uci)
    if (named !== undefined) ids.add(named)
    return [...ids].sort().flatMap((id) => this.children.get(id) ?? [])
  }
}

/** The child's profiles as they are compared: each says also by which UCI the hub knows it. */
export function comparableProfiles({ profiles, uci }: KnownChild): readonly Profile[] {
  return uci === undefined ? profiles : profiles.map((profile) => ({ ...profile, masterIndexes: [masterEntry(uci)] }))
}
