import { ChildIndex, type Candidate, type Model, type Profile } from '#libs/matching'
import { Problem } from '#libs/service'
import type { Effects } from '../resolution/effects.js'
import { withoutPlaces } from '../resolution/evidence.js'
import type { LiveIndex } from '../resolution/resolve-children.js'
import { entriesIn, type IndexEntry } from './index-entry.js'
import { FreshProfiles } from './fresh-profiles.js'
import { digestOf, type EntryBatch } from './read-entries.js'

/** Milli-bits behind the leader at which a child can no longer be close enough to matter. */
const behindAtMost = 8_000
const leastSame = 0.01
const proposedAtMost = 8

/**
 * The children this program can find from memory: those anybody may find, and apart from them those that only entitled
 * callers may. It proposes; PostgreSQL decides.
 */
export class MemoryIndex implements LiveIndex {
  private parts: IndexParts
  private isReady = false
  private readonly fresh = new FreshProfiles()
  private learned: () => void = () => undefined

  constructor(model: Model) {
    this.parts = new IndexParts(model)
  }

  /** @param told - is called after this program added to the index by itself */
  whenLearned(told: () => void): void {
    this.learned = told
  }

  get model(): Model {
    return this.parts.model
  }

  requireReady(): void {
    if (!this.isReady) throw new Problem('INDEX_NOT_READY', undefined, { retryAfterSeconds: 2 })
  }

  /** Takes the place of what was held, and from now on answers. */
  become(parts: IndexParts): void {
    this.parts = parts
    this.isReady = true
  }

  propose(profile: Profile, source?: string): readonly string[] {
    return this.parts.propose(profile, source)
  }

  isSeen(profileId: string, childId: string): boolean {
    return this.parts.childOf(profileId) === childId && !this.parts.isUnread(profileId)
  }

  learn({ profiles, inherited, children }: Effects): void {
    if (!this.isReady) return
    const hidden = new Set(inherited.map(({ childId }) => childId))
    const born = new Set(children.map(({ childId }) => childId))
    for (const { profileId, childId, profile } of profiles) {
      this.parts.put({ profileId, childId, profile, isHidden: hidden.has(childId) || this.parts.isHidden(childId) })
      if (!born.has(childId)) this.fresh.add(profileId, profile)
    }
    if (profiles.length > 0) this.learned()
  }

  /** Profiles that this program made anew: those that say something else, and those whose place they take. */
  renew(entries: readonly IndexEntry[], dropped: readonly string[]): void {
    if (!this.isReady || entries.length + dropped.length === 0) return
    for (const entry of entries) {
      this.parts.put(entry)
      this.fresh.add(entry.profileId, entry.profile)
    }
    for (const profileId of dropped) this.parts.drop(profileId)
    this.learned()
  }

  /** What this program lately learned of a child it knew, while it remembers. */
  justLearned(profileId: string): Profile | undefined {
    return this.fresh.get(profileId)
  }

  put(entry: IndexEntry): void {
    this.parts.put(entry)
  }

  drop(profileId: string): void {
    this.parts.drop(profileId)
  }

  get size(): number {
    return this.parts.size
  }

  /** How many of the profiles it holds say nothing to it, since their sealed bytes do not open. */
  get unread(): number {
    return this.parts.unread
  }

  /** Whether the index holds a profile just so; one that did not open is read again whenever anything is told of it. */
  holds(profileId: string, childId: string, isHidden: boolean): boolean {
    return this.isSeen(profileId, childId) && this.parts.isHidden(childId) === isHidden
  }

  /** Sum over all profiles held: equal to that of the table if and, but for chance, only if both hold the same. */
  get digest(): string {
    return this.parts.digest
  }
}

/** What a {@link MemoryIndex} holds; a new one is filled before it takes the other's place. */
export class IndexParts {
  private readonly open: ChildIndex
  private readonly hidden: ChildIndex
  private readonly hiddenChildren = new Map<string, number>()
  private readonly unreadProfiles = new Set<string>()
  /** Of 64 bits, in two halves. */
  private readonly sum = new Uint32Array(2)

  /** @param expected - profiles, roughly */
  constructor(
    readonly model: Model,
    expected = 0,
  ) {
    this.open = new ChildIndex(model, { expected })
    this.hidden = new ChildIndex(model)
  }

  put(entry: IndexEntry): void {
    const { profileId, childId, isHidden } = entry
    this.drop(profileId)
    this.add(entry)
    this.mix(digestOf(profileId, childId, isHidden))
  }

  /** Puts in profiles of which it holds none. */
  fill(batch: EntryBatch): void {
    for (const entry of entriesIn(batch)) this.add(entry)
    this.mix(batch.digest)
  }

  drop(profileId: string): void {
    const childId = this.childOf(profileId)
    if (childId === undefined) return
    this.unreadProfiles.delete(profileId)
    const wasHidden = this.hidden.remove(profileId)
    if (!wasHidden) this.open.remove(profileId)
    else this.forgetHidden(childId)
    this.mix(digestOf(profileId, childId, wasHidden))
  }

  childOf(profileId: string): string | undefined {
    return this.open.childOf(profileId) ?? this.hidden.childOf(profileId)
  }

  isHidden(childId: string): boolean {
    return this.hiddenChildren.has(childId)
  }

  isUnread(profileId: string): boolean {
    return this.unreadProfiles.has(profileId)
  }

  get unread(): number {
    return this.unreadProfiles.size
  }

  get size(): number {
    return this.open.size + this.hidden.size
  }

  get digest(): string {
    return Buffer.from(new Uint32Array(this.sum).buffer).swap32().toString('hex')
  }

  /** Hidden children are compared twice: as who may see them compares, and without their places, as for anybody else. */
  propose(profile: Profile, source?: string): readonly string[] {
    const hidden =
      this.hidden.size === 0 ? [] : [profile, withoutPlaces(profile)].flatMap((as) => likely(this.hidden, as, source))
    return [...new Set([...likely(this.open, profile, source), ...hidden])]
  }

  private add({ profileId, childId, isHidden, isUnread, profile }: IndexEntry): void {
    if (isUnread) this.unreadProfiles.add(profileId)
    ;(isHidden ? this.hidden : this.open).add(profileId, childId, profile)
    if (isHidden) this.hiddenChildren.set(childId, (this.hiddenChildren.get(childId) ?? 0) + 1)
  }

  /** Adds profiles to the digest or takes them away again. */
  private mix([high, low]: EntryBatch['digest']): void {
    this.sum[0] = (this.sum[0] ?? 0) ^ high
    this.sum[1] = (this.sum[1] ?? 0) ^ low
  }

  private forgetHidden(childId: string): void {
    const left = (this.hiddenChildren.get(childId) ?? 1) - 1
    if (left === 0) this.hiddenChildren.delete(childId)
    else this.hiddenChildren.set(childId, left)
  }
}

/** Whoever may be the record's child, or comes close enough to the likeliest to keep it from being linked. */
function likely(index: ChildIndex, profile: Profile, source: string | undefined): readonly string[] {
  const asked = source === undefined ? {} : { source }
  const ranked = [...index.resolve(profile, asked).candidates].sort((one, two) => two.best.m - one.best.m)
  const [leader] = ranked
  if (!leader) return []
  const matters = ({ best, classes }: Candidate): boolean =>
    classes.same >= leastSame || best.m >= Math.max(0, leader.best.m - behindAtMost)
  return ranked
    .filter(matters)
    .slice(0, proposedAtMost)
    .map(({ personId }) => personId)
}
