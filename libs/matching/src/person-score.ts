import type { Comparable } from './comparable.js'
import { isOfSeveral } from './compare-birth.js'
import type { LevelOf } from './model.js'
import type { NameForm } from './name-form.js'
import { compare, hasAgreeingIdentifier, levelIn, scoreOf, type Score, type Work } from './score.js'
import { likeness, likenessOf } from './similarity.js'
import { groupsIn, type EvidenceGroup } from './tally.js'
import type { Token } from './token.js'
import { ToldOfChild } from './told-of-child.js'

/** Chances of the three classes; they add up to one. */
export interface Classes {
  readonly same: number
  readonly sibling: number
  readonly unrelated: number
}

/** What keeps a record from being linked automatically, by its number in the policy. */
export type Veto = 'V1' | 'V2' | 'V3' | 'V4' | 'V5' | 'V6' | 'V7' | 'V8'

/** What people have decided about a record and a person, whatever a model says. */
export interface Standing {
  readonly override?: 'must-link' | 'cannot-link'
  readonly isGuarded?: boolean
}

/** A person the record may be, as the record scores against what is known of it. */
export interface Candidate {
  readonly personId: string
  /** Against the profile that fits best. */
  readonly best: Score
  readonly classes: Classes
  /** Mean weight over the person's profiles, each clipped, in milli-bits. */
  readonly average: number
  readonly vetoes: readonly Veto[]
  /** Evidence groups that count against any of the person's profiles. */
  readonly groups: readonly EvidenceGroup[]
  readonly override?: 'must-link' | 'cannot-link'
  /** A number that both sides had verified is the same: one child, or a number in error. */
  readonly isNumberShared?: true
  /** Another mother or further given name by one of the person's profiles, the same by none. */
  readonly isContradicted?: true
  /** The mother is somebody else by one of the person's profiles, the same by none. */
  readonly hasAnotherMother?: true
}

const averageRange = { least: -12_000, most: 15_000 }
const averagedProfiles = 8
const givenAgrees: ReadonlySet<string> = new Set([
  'both-exact',
  'swapped-exact',
  'same-tokens',
  'given-exact-surname-near',
  'given-exact',
])
/** Given names that are like each other, and no known forms of one: a slip of the pen, or the other twin's. */
const givenAlike: ReadonlySet<string> = new Set<LevelOf<'names'>>([
  'surname-exact-given-one-edit',
  'surname-exact-given-near',
  'surname-exact-given-english',
  'surname-exact-other-name-near',
  'surname-exact-initial',
  'whole-name-near',
  'both-parts-alike',
])
/** A form that stands for a longer name, one time in so many at most, is not written as often by that alone. */
const mostAsShortForm = 4
const bornAlike: ReadonlySet<string> = new Set(['exact', 'day-month-swapped', 'earlier-few', 'earlier-many'])
const isSameMother: ReadonlySet<string> = new Set(['number', 'name-and-birth', 'name'])

/** P(same) = 2^M / (2^M + 2^S + 1), and likewise for the others. */
export function classesOf(found: { readonly m: number; readonly s: number }): Classes {
  const same = 2 ** (found.m / 1000)
  const sibling = 2 ** (found.s / 1000)
  const sum = same + sibling + 1
  return { same: same / sum, sibling: sibling / sum, unrelated: 1 / sum }
}

/** Scores a record against one person, profile by profile; the first eight are averaged, all are tried. */
export class PersonScore {
  private best: Score | undefined = undefined
  private vetoes: readonly Veto[] = []
  private sum = 0
  private averaged = 0
  private isNumberShared = false
  private isOtherName = false
  private groups = 0
  /** Whether a profile says that the child is one of several. */
  isOfSeveral = false

  /**
   * @param least - milli-bits of M below which no profile matters: a person of none better comes to nothing
   * @param told - what tells the two apart, gathered over several records of one child if they share it
   */
  constructor(
    private readonly record: Comparable,
    private readonly work: Work,
    private readonly least = -Infinity,
    private readonly told = new ToldOfChild(),
  ) {}

  /**
   * Tries one of the person's profiles, which may be another one afterwards.
   *
   * @param isOnly - whether it is the person's only one: then nothing but its own sum can matter
   */
  add(other: Comparable, isOnly = false): void {
    const { tally } = this.work
    const isShared = sharesVerifiedNumber(this.record, other)
    const least = isShared ? -Infinity : this.least
    const enough = isOnly ? least : Math.min(least, averageRange.least)
    const isCompared = compare(this.record, other, this.work, enough)
    const m = isCompared ? tally.same : averageRange.least
    this.gather(other, m, { isCompared, isShared })
    if (m < least || !this.isBest(m)) return
    this.best = scoreOf(tally)
    this.vetoes = vetoesOf(this.record, other, this.best, this.work)
    this.isOtherName = isNameOfItsOwn(this.record, other, this.best, this.work)
  }

  /** What is told of the child by whichever of its profiles says so. */
  private gather(
    other: Comparable,
    m: number,
    { isCompared, isShared }: { isCompared: boolean; isShared: boolean },
  ): void {
    if (isShared) this.isNumberShared = true
    if (isOfSeveral(other)) this.isOfSeveral = true
    if (isCompared) this.groups |= this.work.tally.groupBits
    this.told.add(this.record, other, this.work.tally)
    if (m > averageRange.least) this.told.addFamily(this.record, other, this.work.tally)
    if (this.averaged >= averagedProfiles) return
    this.sum += Math.max(averageRange.least, Math.min(averageRange.most, m))
    this.averaged += 1
  }

  /** Whether any profile mattered. */
  get isAny(): boolean {
    return this.best !== undefined
  }

  /** What the person came to; `undefined` if no profile did. */
  candidate(personId: string, { override, isGuarded }: Standing = {}): Candidate | undefined {
    if (!this.best) return undefined
    const vetoes = new Set<Veto>([...this.vetoes, ...this.vetoesOfChild(this.best)])
    if (override === 'cannot-link') vetoes.add('V4')
    if (isGuarded === true) vetoes.add('V5')
    return {
      personId,
      best: this.best,
      classes: classesOf(this.best),
      average: Math.round(this.sum / this.averaged),
      groups: groupsIn(this.groups),
      vetoes: [...vetoes].sort(),
      ...(this.isNumberShared && { isNumberShared: true }),
      ...this.told.againstFamily,
      ...(override && { override }),
    }
  }

  /** What speaks against the child, whichever of its records says it. */
  private vetoesOfChild(best: Score): readonly Veto[] {
    const { told } = this
    return [
      ...(told.isAnotherAtSource ? (['V3'] as const) : []),
      ...(told.isDeadBefore ? (['V8'] as const) : []),
      ...(levelIn(best, 'birth') === 'exact' ? this.vetoesOfTwin(best) : []),
    ]
  }

  /** What speaks for a twin of the child, born the same day. */
  private vetoesOfTwin(best: Score): readonly Veto[] {
    const { told } = this
    const isGivenAlike = givenAlike.has(levelIn(best, 'names') ?? 'nothing')
    return [
      ...(told.isAnotherOfBirth ? (['V1'] as const) : []),
      ...(told.hasNumberOfTwin ? (['V2'] as const) : []),
      ...(told.mayBeTwin && (this.isOtherName || isGivenAlike) ? (['V6'] as const) : []),
    ]
  }

  /** Of two that fit equally well the one counts that speaks more for a sibling, whichever came first. */
  private isBest(m: number): boolean {
    const { best } = this
    return !best || m > best.m || (m === best.m && this.work.tally.sibling > best.s)
  }
}

/** Whether the given name is another one, as a twin may have, though the names are taken for forms of one (ADR 24, 29). */
function isNameOfItsOwn(record: Comparable, other: Comparable, found: Score, work: Work): boolean {
  const level = levelIn(found, 'names')
  const [one, two] = [record.names[0], other.names[0]]
  if (!one || !two) return false
  if (level === 'swapped-near') return isSwappedWithAnother(one, two, work)
  if (level !== 'surname-exact-given-variant' || !one.first || !two.first) return false
  return isAdded(one.first, two.first, work) || isOwnName(one.first, two.first, work)
}

/** That records write two names for one child, as stewards accepted, says nothing of twins who have one name each. */
function isAdded(one: Token, two: Token, { alike }: Work): boolean {
  return (alike(one, two) & ~likenessOf(one, two) & likeness.variant) > 0
}

/** Read in the other order, one part is the same; the other part is like it, and no known form: the given name, perhaps. */
function isSwappedWithAnother(one: NameForm, two: NameForm, work: Work): boolean {
  const [first, surname, other, otherSurname] = [one.first, one.surname, two.first, two.surname]
  if (!first || !surname || !other || !otherSurname) return false
  const [left, right] = first.isSame(otherSurname) ? [surname, other] : [first, otherSurname]
  const isKnown = (likenessOf(left, right) & (likeness.variant | likeness.romanised)) > 0
  return !isKnown || isOwnName(left, right, work)
}

/**
 * Whether a known form of a given name is as well a name of its own, which parents give beside the other one: both are
 * written often, and are no two spellings of one name (ADR 24). Of a name that no snapshot counts nothing is known.
 */
function isOwnName(one: Token, two: Token, { tally }: Work): boolean {
  if (one.skeleton === two.skeleton) return false
  const { givenShare } = tally.frequencies
  const [share, shareOfOther] = [givenShare(one), givenShare(two)]
  return Math.min(share, shareOfOther) * mostAsShortForm >= Math.max(share, shareOfOther) && share > 0
}

/** What the pair itself has against it. */
function vetoesOf(record: Comparable, other: Comparable, found: Score, work: Work): readonly Veto[] {
  const birth = levelIn(found, 'birth')
  const vetoes: Veto[] = []
  const add = (veto: Veto, holds: boolean): void => {
    if (holds) vetoes.push(veto)
  }
  add('V1', levelIn(found, 'birth-order') === 'another')
  add('V2', levelIn(found, 'nhs-number') === 'differ-verified' && !(isGivenSame(found) && birth === 'exact'))
  add('V3', levelIn(found, 'local-number') === 'same-day')
  add('V6', mayBeUnnamedTwin(record, other, found, work))
  add('V7', !hasAgreeingIdentifier(found) && !bornAlike.has(birth ?? 'else'))
  return vetoes
}

function isGivenSame(found: Score): boolean {
  return givenAgrees.has(levelIn(found, 'names') ?? 'nothing')
}

/**
 * A newborn without a name, of the same mother and day, may be the other twin unless it is known to be the first and only,
 * or a number that both sides had verified tells it apart (ADR 22): of twins, only with the order of birth.
 */
function mayBeUnnamedTwin(record: Comparable, other: Comparable, found: Score, work: Work): boolean {
  if (!(record.isUnnamed || other.isUnnamed) || !isOfOneMother(found)) return false
  const isSeveral = work.isMultipleKnown === true || [record, other].some(isOfSeveral)
  if (sharesVerifiedNumber(record, other)) return isSeveral && levelIn(found, 'birth-order') !== 'same'
  return isSeveral || ![record, other].some(isFirstOrOnly)
}

/** The first of its birth, or, whether or not the order is told as well, the only one. */
function isFirstOrOnly({ order, of }: Comparable): boolean {
  return order === 1 || of === 1
}

/** Born the same day to the same mother. */
function isOfOneMother(found: Score): boolean {
  return levelIn(found, 'birth') === 'exact' && isSameMother.has(levelIn(found, 'mother') ?? 'differ')
}

function sharesVerifiedNumber(record: Comparable, other: Comparable): boolean {
  for (const { value, isVerified } of record.nhsNumbers)
    if (isVerified) for (const number of other.nhsNumbers) if (number.isVerified && number.value === value) return true
  return false
}
