import type { Comparable } from './comparable.js'
import { hasAgreeingIdentifier, levelIn, scoreComparables, type PairContext, type Score } from './score.js'
import type { Model } from './model.js'
import type { Likeness } from './similarity.js'

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
  readonly override?: 'must-link' | 'cannot-link'
}

/** How a person is scored: what is known besides the profiles, and how names are held against each other. */
export interface PersonContext extends PairContext {
  readonly standing?: Standing | undefined
  readonly alike: Likeness
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
  private best: Score | undefined
  private vetoes: readonly Veto[] = []
  private sum = 0
  private averaged = 0

  constructor(
    private readonly record: Comparable,
    private readonly model: Model,
    private readonly context: PersonContext,
  ) {}

  /** Tries one of the person's profiles, which may be another one afterwards. */
  add(other: Comparable): void {
    const found = scoreComparables(this.record, other, this.model, this.context)
    if (this.averaged < averagedProfiles) {
      this.sum += Math.max(averageRange.least, Math.min(averageRange.most, found.m))
      this.averaged += 1
    }
    if (this.best && !isBetter(found, this.best)) return
    this.best = found
    this.vetoes = vetoesOf(this.record, other, found, this.context)
  }

  /** @throws Error unless a profile was tried */
  candidate(personId: string): Candidate {
    if (!this.best) throw new Error('A person has at least one profile')
    const override = this.context.standing?.override
    return {
      personId,
      best: this.best,
      classes: classesOf(this.best),
      average: Math.round(this.sum / this.averaged),
      vetoes: this.vetoes,
      ...(override && { override }),
    }
  }
}

/** Of two that fit equally well the one counts that speaks more for a sibling, whichever came first. */
function isBetter(found: Score, best: Score): boolean {
  return found.m > best.m || (found.m === best.m && found.s > best.s)
}

function vetoesOf(record: Comparable, other: Comparable, found: Score, context: PersonContext): readonly Veto[] {
  const birth = levelIn(found, 'birth')
  const { override, isGuarded } = context.standing ?? {}
  const holds: Readonly<Record<Veto, boolean>> = {
    V1: levelIn(found, 'birth-order') === 'another',
    V2: levelIn(found, 'nhs-number') === 'differ-verified' && !(isGivenSame(found) && birth === 'exact'),
    V3: levelIn(found, 'local-number') === 'same-day',
    V4: override === 'cannot-link',
    V5: isGuarded === true,
    V6: mayBeUnnamedTwin(record, other, found, context),
    V7: !hasAgreeingIdentifier(found) && !bornAlike.has(birth ?? 'else'),
    V8: diedBefore(record, other) || diedBefore(other, record),
  }
  return (Object.keys(holds) as Veto[]).filter((veto) => holds[veto])
}

function isGivenSame(found: Score): boolean {
  return givenAgrees.has(levelIn(found, 'names') ?? 'nothing')
}

/** A newborn without a name, of the same mother and day, may be the other twin unless it is known to be the first and only. */
function mayBeUnnamedTwin(record: Comparable, other: Comparable, found: Score, context: PersonContext): boolean {
  if (!record.isUnnamed && !other.isUnnamed) return false
  const mother = levelIn(found, 'mother') ?? 'differ'
  if (levelIn(found, 'birth') !== 'exact' || !isSameMother.has(mother)) return false
  const isMultiple = context.isMultipleKnown === true || Math.max(record.of, other.of) > 1
  return isMultiple || Math.max(record.order, other.order) !== 1
}

/** One side died before the other's later event; where no event is told, before the other was recorded. */
function diedBefore({ diedDay }: Comparable, { lastEventDay, recordedDay }: Comparable): boolean {
  const seen = lastEventDay > 0 ? lastEventDay : recordedDay
  return diedDay > 0 && seen > diedDay
}
