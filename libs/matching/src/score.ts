import { likenessWith } from './added-variants.js'
import { comparableOf, type Comparable } from './comparable.js'
import { compareBirth, compareBirthOrder, compareSex, isBirthAgreeing } from './compare-birth.js'
import { compareContacts, compareInstitutions, compareMothers, compareOtherParents } from './compare-family.js'
import {
  compareLocalNumbers,
  compareMasterIndexes,
  compareNhsNumbers,
  compareUlns,
  compareUpns,
} from './compare-identifiers.js'
import { compareMiddle } from './compare-middle.js'
import { compareNames } from './compare-names.js'
import { compareResidence } from './compare-residence.js'
import type { Comparison, LevelOf, Model } from './model.js'
import type { Profile } from './profile.js'
import type { Likeness } from './similarity.js'
import { Tally, type Evidence, type EvidenceGroup } from './tally.js'

/** How alike two profiles are: sums of milli-bits for the classes *same* and *sibling*, each against unrelated. */
export interface Score {
  readonly m: number
  readonly s: number
  readonly evidence: readonly Evidence[]
  /** Evidence groups whose M counts. */
  readonly groups: readonly EvidenceGroup[]
}

/** What is known of a pair besides what the two records say. */
export interface PairContext {
  /** Another child of the same mother, born the same day, is on file. */
  readonly isMultipleKnown?: boolean
}

const nameDisagrees: ReadonlySet<string> = new Set<LevelOf<'names'>>([
  'given-exact',
  'surname-exact-given-differ',
  'unnamed-surname-differs',
  'nothing',
])

/** Compares two profiles; symmetric, and independent of the order of comparisons. */
export function score(left: Profile, right: Profile, model: Model, context: PairContext = {}): Score {
  const tally = new Tally(model)
  compare(comparableOf(left), comparableOf(right), { alike: likenessWith(model.variants), tally, ...context })
  return scoreOf(tally)
}

/** How a comparison is made, and where it is added up. */
export interface Work extends PairContext {
  readonly alike: Likeness
  readonly tally: Tally
}

/**
 * Compares two profiles that were cut before, into the tally.
 *
 * @param enough - milli-bits of M; what cannot reach them is left before families are compared, which costs most
 * @returns whether everything was compared
 */
export function compare(left: Comparable, right: Comparable, work: Work, enough = -Infinity): boolean {
  work.tally.begin(left, right)
  comparePerson(left, right, work)
  compareSurroundings(left, right, work.tally)
  if (work.tally.sameWithFamily < enough) return false
  compareFamilies(left, right, work)
  return true
}

/** What a tally came to. */
export function scoreOf(tally: Tally): Score {
  return { m: tally.same, s: tally.sibling, evidence: tally.evidence(), groups: tally.groups() }
}

/** Compares what belongs to the person: names, birth and numbers. */
function comparePerson(left: Comparable, right: Comparable, { alike, tally, isMultipleKnown }: Work): void {
  const names = compareNames(left, right, alike)
  const birth = compareBirth(left, right)
  tally.add('names', names)
  tally.add('middle', compareMiddle(left, right, names, alike))
  tally.add('birth', birth)
  tally.add('sex', compareSex(left, right))
  tally.add('birth-order', compareBirthOrder(left, right, isMultipleKnown))
  const isNamed = names !== undefined && !nameDisagrees.has(names)
  tally.add('nhs-number', compareNhsNumbers(left, right, isBirthAgreeing(birth) || isNamed))
  tally.add('upn', compareUpns(left, right))
  tally.add('uln', compareUlns(left, right))
  tally.add('master-index', compareMasterIndexes(left, right))
}

/** Compares places and institutions. */
function compareSurroundings(left: Comparable, right: Comparable, tally: Tally): void {
  tally.add('residence', compareResidence(left, right, tally.frequencies.postcodeShare))
  tally.add('local-number', compareLocalNumbers(left, right))
  tally.add('school', compareInstitutions(left.schools, right.schools))
  tally.add('practice', compareInstitutions(left.practices, right.practices))
}

function compareFamilies(left: Comparable, right: Comparable, { alike, tally }: Work): void {
  tally.add('mother', compareMothers(left, right, alike))
  tally.add('other-parent', compareOtherParents(left, right, alike))
  tally.add('contact', compareContacts(left, right))
}

/** The level that a comparison reached, if it could be made. */
export function levelIn<C extends Comparison>(found: Score, comparison: C): LevelOf<C> | undefined {
  for (const part of found.evidence) if (part.comparison === comparison) return part.level as LevelOf<C>
  return undefined
}

/** Says whether an identifier that is unique to a person agrees. */
export function hasAgreeingIdentifier(found: Score): boolean {
  return found.evidence.some(
    ({ comparison, level }) =>
      (comparison === 'nhs-number' && level === 'same-cross-checked') ||
      ((comparison === 'upn' || comparison === 'uln') && level === 'same'),
  )
}
