import { likenessWith } from '../added-variants.js'
import { decideLink, rank, type LinkDecision } from '../decide.js'
import { weighedFor, type Model } from '../model.js'
import type { Candidate } from '../person-score.js'
import type { Profile } from '../profile.js'
import type { Work } from '../score.js'
import { LikenessCache } from '../similarity.js'
import { Tally } from '../tally.js'
import { ChildScores, type ResolveOptions } from './child-scores.js'
import { LooserPass } from './looser-pass.js'
import { featuresOf } from './features-of.js'
import { ProfileStore } from './profile-store.js'
import { RowComparable } from './row-comparable.js'
import { RowLimit } from './row-limit.js'

/** A decision, proposed from memory; the caller commits it, or not, under its own locks. */
export interface Resolution {
  readonly decision: LinkDecision
  /** Children that may be the record's, the likeliest first; `personId` is the child's reference. */
  readonly candidates: readonly Candidate[]
  /** Whether the strong keys found nobody likely, so that the looser pass was made before registering. */
  readonly isLooser: boolean
}

/** By what a record is weighed, and the most that rows can come to by it. */
interface Weighing {
  readonly work: Work
  readonly limit: RowLimit
}

/**
 * Finds in memory the children a record may speak of. It holds profiles, so it holds personal data: it lives and dies with
 * the process. References are texts of the caller's; UUIDs are stored in 16 bytes.
 *
 * A resolve comes to what {@link judge} comes to over the same children, to the milli-bit.
 */
export class ChildIndex {
  private readonly store: ProfileStore
  private readonly cache: LikenessCache
  private readonly looserPass: LooserPass
  private readonly scratch = new RowComparable()
  private readonly pooled: Weighing
  /** Of the sources that have weights of their own. */
  private readonly bySource = new Map<string, Weighing>()

  /** @param options - `expected` profiles, so that nothing need be linked anew while they are added */
  constructor(
    private readonly model: Model,
    options: { readonly expected?: number } = {},
  ) {
    this.cache = new LikenessCache(likenessWith(model.variants))
    this.store = new ProfileStore(options.expected ?? 0)
    this.looserPass = new LooserPass(featuresOf(this.store))
    this.pooled = this.weighingBy(model)
  }

  /** Adds a profile, or replaces the one of the same reference (also with another child: that moves it). */
  add(profileRef: string, childRef: string, profile: Profile): void {
    this.store.add(profileRef, childRef, profile)
  }

  /** @returns whether there was such a profile */
  remove(profileRef: string): boolean {
    const row = this.store.rowOf(profileRef)
    if (row < 0) return false
    this.store.remove(row)
    return true
  }

  /** The child a profile is held for, if it is held. The service asks it of every profile a commit re-reads. */
  childOf(profileRef: string): string | undefined {
    const row = this.store.rowOf(profileRef)
    return row < 0 ? undefined : this.store.children.textOf(this.store.rows.childOf(row))
  }

  /** Children that share a strong key with the profile. */
  candidates(profile: Profile): readonly string[] {
    return this.textsOf(this.store.candidates(this.store.cut(profile)))
  }

  /** Children that share much information with the profile, whether or not a strong key finds them; at most twenty. */
  looser(profile: Profile): readonly string[] {
    return this.textsOf(this.looserPass.find(this.store.cut(profile)))
  }

  /** Decides what becomes of a record. */
  resolve(profile: Profile, options: ResolveOptions = {}): Resolution {
    const record = this.store.cut(profile)
    const { work, limit } = this.weighing(options.source)
    const scores = new ChildScores(this.store, work, this.scratch, { record, options, limit })
    scores.add(this.rowsOfAll(options.also ?? []), true)
    scores.add(this.store.candidates(record))
    const found = scores.candidates()
    const decision = decideLink(found, this.model)
    if (decision.outcome !== 'register') return { decision, candidates: rank(found), isLooser: false }
    scores.add(this.looserPass.find(record))
    const all = scores.candidates()
    return { decision: decideLink(all, this.model), candidates: rank(all), isLooser: true }
  }

  /** Profiles held. */
  get size(): number {
    return this.store.size
  }

  /** Children with at least one profile. */
  get children(): number {
    return this.store.childRows.size
  }

  /** Bytes held: arrays exactly, texts and objects as estimated. */
  bytes(): number {
    return this.store.bytes + this.cache.bytes
  }

  /** How records of a source are weighed, found once a record. */
  private weighing(source: string | undefined): Weighing {
    if (source === undefined) return this.pooled
    const known = this.bySource.get(source)
    if (known) return known
    const model = weighedFor(this.model, source)
    if (model === this.model) return this.pooled
    const made = this.weighingBy(model)
    this.bySource.set(source, made)
    return made
  }

  private weighingBy(model: Model): Weighing {
    const alike = this.cache.of
    return { work: { alike, tally: new Tally(model) }, limit: new RowLimit(this.store.rows, alike, model) }
  }

  /** A row of each child that is held. */
  private rowsOfAll(childRefs: readonly string[]): readonly number[] {
    const children = childRefs.map((ref) => this.store.children.find(ref)).filter((child) => child >= 0)
    return children.map((child) => this.store.childRows.oneOf(child)).filter((row) => row >= 0)
  }

  /** The children of rows, each once. */
  private textsOf(rows: readonly number[]): readonly string[] {
    const children = new Set(rows.map((row) => this.store.rows.childOf(row)))
    return [...children].map((child) => this.store.children.textOf(child)).sort()
  }
}
