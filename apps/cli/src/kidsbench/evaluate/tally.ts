import { numberOf, type Decided } from './live-policy.js'
import type { Truth } from './truth.js'

/** Counts of one name-origin group. */
interface GroupCount {
  known: number
  linked: number
  reviewedRight: number
}

const bins = 20

/** Adds up what the policy did against the truth. It is told of each decision after it was made. */
export class Tally {
  submissions = 0
  waiting = 0
  reviews = 0
  links = 0
  wrongLinks = 0
  registered = 0
  /** Submissions that were enough, of persons who were on file. */
  known = 0
  /** Of these: linked to their child at once; or offered to a reviewer among the right ones. */
  linked = 0
  reviewedRight = 0
  readonly reasons = new Map<string, number>()
  readonly groups = new Map<string, GroupCount>()
  readonly missed = new Map<string, number>()
  private readonly personOfChild: number[] = []
  private readonly isSettled: Uint8Array
  private readonly onFile: Uint8Array
  private readonly sealed = new Set<number>()
  private readonly confidence = Array.from({ length: bins }, () => ({ many: 0, sum: 0, right: 0 }))

  /** @param childOf - the child of each record, as it is decided */
  constructor(
    private readonly truth: Truth,
    private readonly childOf: Int32Array,
  ) {
    this.isSettled = new Uint8Array(truth.person.length)
    this.onFile = new Uint8Array(truth.origin.length)
  }

  /** Whose child this is; of a child with records of several, whose the first one was. */
  personOf(child: number): number {
    return this.personOfChild[child] ?? -1
  }

  /** Which of the children offered are the person's, as a reviewer who knows would say. */
  answer(record: number, offered: readonly number[]): readonly number[] {
    const person = this.truth.person[record] ?? -1
    return offered.filter((child) => this.personOf(child) === person)
  }

  seal(record: number): void {
    this.sealed.add(this.truth.person[record] ?? -1)
  }

  /** Counts a decision. */
  add(record: number, decided: Decided): void {
    const person = this.truth.person[record] ?? -1
    this.submissions += 1
    if (decided.outcome === 'waiting') {
      this.waiting += 1
      return
    }
    const isNew = this.personOfChild[decided.child] === undefined
    this.calibrate(decided, person)
    if (isNew) this.personOfChild[decided.child] = person
    this.isSettled[record] = decided.outcome === 'review' && !decided.isJoined ? 0 : 1
    this.countOutcome(decided, person)
    if (!this.sealed.has(person)) {
      if (this.onFile[person] === 1) this.countKnown(decided, person)
      this.onFile[person] = 1
    }
  }

  /** Expected calibration error of the likeliest candidate's probability. */
  get calibrationError(): number {
    const all = this.confidence.reduce((sum, { many }) => sum + many, 0)
    const off = this.confidence.reduce((sum, bin) => sum + Math.abs(bin.sum - bin.right), 0)
    return all === 0 ? 0 : off / all
  }

  /** Persons with more than one child that is not provisional, of all persons on file. */
  get duplicates(): { readonly persons: number; readonly several: number } {
    const first = new Int32Array(this.truth.origin.length).fill(-1)
    const several = new Set<number>()
    this.childOf.forEach((child, record) => {
      if (child < 0 || this.isSettled[record] === 0) return
      const person = this.truth.person[record] ?? -1
      if (this.sealed.has(person) || this.personOf(child) !== person) return
      if (first[person] === -1) first[person] = child
      else if (first[person] !== child) several.add(person)
    })
    return { persons: first.filter((child) => child >= 0).length, several: several.size }
  }

  isSealed(person: number): boolean {
    return this.sealed.has(person)
  }

  private countOutcome(decided: Decided, person: number): void {
    const { outcome, child, because, mergeReviews } = decided
    this.reviews += mergeReviews
    if (mergeReviews > 0) this.reasons.set('merge', (this.reasons.get('merge') ?? 0) + mergeReviews)
    if (outcome === 'register') this.registered += 1
    if (outcome === 'review') {
      this.reviews += 1
      this.reasons.set(because, (this.reasons.get(because) ?? 0) + 1)
    }
    if (outcome !== 'link') return
    this.links += 1
    if (this.personOf(child) !== person) this.wrongLinks += 1
  }

  private countKnown(decided: Decided, person: number): void {
    const group = this.groupOf(person)
    const isRight = decided.outcome === 'link' && this.personOf(decided.child) === person
    const isOffered = decided.offered.some((child) => this.personOf(child) === person)
    this.known += 1
    group.known += 1
    if (isRight) {
      this.linked += 1
      group.linked += 1
    } else this.note(decided, isOffered)
    if (isOffered) {
      this.reviewedRight += 1
      group.reviewedRight += 1
    }
  }

  /** What kept a known child from being linked: the levels of the likeliest candidate. */
  private note(decided: Decided, isOffered: boolean): void {
    const { best } = decided
    const levels = best?.best.evidence.map(({ comparison, level }) => `${comparison}:${level}`) ?? ['no candidate']
    const key = [...howOf(decided, isOffered), ...(best?.vetoes ?? []), '|', ...levels].join(' ')
    this.missed.set(key, (this.missed.get(key) ?? 0) + 1)
  }

  private calibrate({ best }: Decided, person: number): void {
    if (!best) return
    const { same } = best.classes
    const bin = this.confidence[Math.min(bins - 1, Math.floor(same * bins))]
    if (!bin) return
    bin.many += 1
    bin.sum += same
    if (this.personOf(numberOf(best.personId)) === person) bin.right += 1
  }

  private groupOf(person: number): GroupCount {
    const origin = this.truth.origin[person] ?? ''
    const group = this.groups.get(origin) ?? { known: 0, linked: 0, reviewedRight: 0 }
    this.groups.set(origin, group)
    return group
  }
}

function howOf({ outcome, because }: Decided, isOffered: boolean): readonly string[] {
  return outcome === 'review' ? [outcome, because, ...(isOffered ? [] : ['not offered'])] : [outcome]
}
