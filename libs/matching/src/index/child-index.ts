import { blockingKeys } from '../blocking-keys.js'
import { decideLink, scorePerson, type LinkDecision } from '../decide.js'
import type { Model } from '../model.js'
import type { Candidate, Standing } from '../person-score.js'
import type { Profile } from '../profile.js'

/** What a resolve may be told besides the record. */
export interface ResolveOptions {
  /** What people decided about the record and a child; asked only of candidates. */
  readonly standingOf?: (childRef: string) => Standing
  /** Children that must not be seen: they are neither scored nor returned. */
  readonly isHidden?: (childRef: string) => boolean
}

/** A decision, proposed from memory; the caller commits it, or not, under its own locks. */
export interface Resolution {
  readonly decision: LinkDecision
  /** Children that may be the record's, the likeliest first; `personId` is the child's reference. */
  readonly candidates: readonly Candidate[]
  /** Whether the strong keys found nobody likely, so that the looser pass was made before registering. */
  readonly isLooser: boolean
}

/**
 * Finds in memory the children a record may speak of. It holds profiles, so it holds personal data: it lives and dies with
 * the process. References are texts of the caller's (UUIDs are stored in 16 bytes).
 */
export class ChildIndex {
  private readonly profiles = new Map<string, { readonly childRef: string; readonly profile: Profile }>()
  private readonly byKey = new Map<string, Set<string>>()
  private readonly byChild = new Map<string, Set<string>>()

  constructor(private readonly model: Model) {}

  /** Adds a profile, or replaces the one of the same reference (also with another child: that moves it). */
  add(profileRef: string, childRef: string, profile: Profile): void {
    this.remove(profileRef)
    this.profiles.set(profileRef, { childRef, profile })
    entry(this.byChild, childRef).add(profileRef)
    for (const key of blockingKeys(profile).all) entry(this.byKey, key).add(profileRef)
  }

  /** @returns whether there was such a profile */
  remove(profileRef: string): boolean {
    const known = this.profiles.get(profileRef)
    if (!known) return false
    this.profiles.delete(profileRef)
    this.byChild.get(known.childRef)?.delete(profileRef)
    for (const key of blockingKeys(known.profile).all) this.byKey.get(key)?.delete(profileRef)
    return true
  }

  /** Children that share a strong key with the profile. */
  candidates(profile: Profile): readonly string[] {
    const refs = blockingKeys(profile).all.flatMap((key) => [...(this.byKey.get(key) ?? [])])
    return [...new Set(refs.flatMap((ref) => this.profiles.get(ref)?.childRef ?? []))].sort()
  }

  /** Decides what becomes of a record. */
  resolve(profile: Profile, { standingOf, isHidden }: ResolveOptions = {}): Resolution {
    const scored = this.candidates(profile)
      .filter((childRef) => isHidden?.(childRef) !== true)
      .flatMap((childRef) => {
        const [first, ...rest] = [...(this.byChild.get(childRef) ?? [])]
          .sort()
          .flatMap((ref) => this.profiles.get(ref)?.profile ?? [])
        const person = first && { personId: childRef, profiles: [first, ...rest] as const }
        return person ? [scorePerson(profile, person, this.model, standingOf?.(childRef))] : []
      })
    return { decision: decideLink(scored, this.model), candidates: scored, isLooser: false }
  }

  /** The child a profile is held for, if it is held. The service asks it of every profile a commit re-reads. */
  childOf(profileRef: string): string | undefined {
    return this.profiles.get(profileRef)?.childRef
  }

  /** Profiles held. */
  get size(): number {
    return this.profiles.size
  }
}

function entry(map: Map<string, Set<string>>, key: string): Set<string> {
  const found = map.get(key) ?? new Set<string>()
  map.set(key, found)
  return found
}
