import type { Comparable } from '../comparable.js'
import { decideLink, isOfOneBirth, rank, type LinkDecision } from '../decide.js'
import type { Model } from '../model.js'
import { PersonScore, type Candidate, type Standing } from '../person-score.js'
import type { Profile } from '../profile.js'
import { comparePerson, compareSurroundings, type Work } from '../score.js'
import { LikenessCache } from '../similarity.js'
import { Tally } from '../tally.js'
import { LooserPass } from './looser-pass.js'
import { featuresOf } from './features-of.js'
import { ProfileStore } from './profile-store.js'
import { RowComparable } from './row-comparable.js'
import { word } from './rows.js'

/** What a resolve may be told besides the record. */
export interface ResolveOptions {
  /** What people decided about the record and a child; asked only of candidates. */
  readonly standingOf?: (childRef: string) => Standing
  /** Children that must not be seen: they are neither scored nor returned. */
  readonly isHidden?: (childRef: string) => boolean
  /** Children to be scored whether or not a key finds them, as those that people linked by override. */
  readonly also?: readonly string[]
}

/** A decision, proposed from memory; the caller commits it, or not, under its own locks. */
export interface Resolution {
  readonly decision: LinkDecision
  /** Children that may be the record's, the likeliest first; `personId` is the child's reference. */
  readonly candidates: readonly Candidate[]
  /** Whether the strong keys found nobody likely, so that the looser pass was made before registering. */
  readonly isLooser: boolean
}

/** Below this sum of M a child cannot change a decision: it may neither be possible nor come close to a leader. */
const irrelevant = -4_500
const familyAndInstitutions = 12_000
const averagedRows = 8

/**
 * Finds in memory the children a record may speak of. It holds profiles, so it holds personal data: it lives and dies with
 * the process. References are texts of the caller's; UUIDs are stored in 16 bytes.
 *
 * A resolve comes to what {@link judge} comes to over the same children, to the milli-bit.
 */
export class ChildIndex {
  private readonly store: ProfileStore
  private readonly cache = new LikenessCache()
  private readonly scratch = new RowComparable()
  private readonly looserPass: LooserPass
  private readonly work: Work
  private readonly mostAround: number

  /** @param options - `expected` profiles, so that nothing need be linked anew while they are added */
  constructor(
    private readonly model: Model,
    options: { readonly expected?: number } = {},
  ) {
    this.store = new ProfileStore(options.expected ?? 0)
    this.looserPass = new LooserPass(featuresOf(this.store))
    this.work = { alike: this.cache.of, tally: new Tally(model) }
    const places = Object.values(model.levels.residence).map(({ m }) => m)
    this.mostAround = Math.max(0, ...places) + familyAndInstitutions
  }

  /** Adds a profile, or replaces the one of the same reference (also with another child: that moves it). */
  add(profileRef: string, childRef: string, profile: Profile): void {
    this.remove(profileRef)
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
    return this.textsOf(this.looserChildren(this.store.cut(profile)))
  }

  /** Decides what becomes of a record. */
  resolve(profile: Profile, options: ResolveOptions = {}): Resolution {
    const record = this.store.cut(profile)
    const children = this.store.candidates(record)
    const also = (options.also ?? []).map((ref) => this.store.children.find(ref)).filter((child) => child >= 0)
    for (const child of also) children.add(child)
    const found = this.scoreAll(record, children, new Set(also), options)
    const decision = decideLink(found, this.model)
    if (decision.outcome !== 'register') return { decision, candidates: rank(found), isLooser: false }
    for (const child of this.looserChildren(record)) children.add(child)
    const all = this.scoreAll(record, children, new Set(also), options)
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

  private looserChildren(record: Comparable): Set<number> {
    return new Set(this.looserPass.find(record).map((row) => this.store.rows.childOf(row)))
  }

  /** Scores every child; of those that cannot matter only as much as shows it. */
  private scoreAll(
    record: Comparable,
    children: ReadonlySet<number>,
    also: ReadonlySet<number>,
    options: ResolveOptions,
  ): readonly Candidate[] {
    const seen = [...children].map((child): Seen => ({ child, ref: '' }))
    const relevant = seen.filter(({ child }) => also.has(child) || record.isUnnamed || this.isRelevant(record, child))
    const shown = relevant
      .map(({ child }): Seen => ({ child, ref: this.store.children.textOf(child) }))
      .filter(({ ref }) => options.isHidden?.(ref) !== true)
    const scored = shown.map((one) => this.scoreChild(record, one, options, false))
    if (scored.filter(isOfOneBirth).length < 2) return scored
    return shown.map((one, at) => {
      const candidate = scored[at]
      const isUnnamed = record.isUnnamed || this.store.isUnnamed(one.child)
      return candidate && !(isUnnamed && isOfOneBirth(candidate))
        ? candidate
        : this.scoreChild(record, one, options, true)
    })
  }

  private isRelevant(record: Comparable, child: number): boolean {
    const { tally, alike } = this.work
    for (const row of this.rowsOf(child)) {
      this.store.rows.read(row, this.scratch)
      comparePerson(record, this.scratch, { tally, alike })
      if (tally.same + this.mostAround < irrelevant) continue
      compareSurroundings(record, this.scratch, this.work)
      if (tally.same >= irrelevant) return true
    }
    return false
  }

  private scoreChild(
    record: Comparable,
    { child, ref }: Seen,
    options: ResolveOptions,
    isMultipleKnown: boolean,
  ): Candidate {
    const context = { alike: this.cache.of, standing: options.standingOf?.(ref), isMultipleKnown }
    const person = new PersonScore(record, this.model, context)
    for (const row of this.rowsOf(child)) {
      this.store.rows.read(row, this.scratch)
      person.add(this.scratch)
    }
    return person.candidate(ref)
  }

  /** A child's rows; where more are known than are averaged, those of the lowest references come first. */
  private rowsOf(child: number): readonly number[] {
    const rows: number[] = []
    this.store.childRows.gather(child, rows)
    if (rows.length <= averagedRows) return rows
    const at = (row: number, place: number): number => this.store.rows.words.get(row, place)
    return rows.sort(
      (one, two) => at(one, word.refLow) - at(two, word.refLow) || at(one, word.refLast) - at(two, word.refLast),
    )
  }

  private textsOf(children: ReadonlySet<number>): readonly string[] {
    return [...children].map((child) => this.store.children.textOf(child)).sort()
  }
}

interface Seen {
  readonly child: number
  readonly ref: string
}
