import type { Comparison, Model } from './model.js'
import { classesOf, type Candidate } from './person-score.js'
import { hasAgreeingIdentifier, type Score } from './score.js'
import type { Evidence } from './tally.js'
import { mostCorrection } from './term-frequency.js'

/** What changes lawfully, so that it is no contradiction. */
const mayChange: ReadonlySet<Comparison> = new Set<Comparison>(['residence', 'school', 'practice'])

/**
 * Whether enough different things agree for a link without a person (identity.md §6). Name and birth must agree with one
 * profile; the third group may with another of the same person: where it lived before, or who its mother is, need not stand
 * beside the name that fits best (ADR 22). A whole name may stand for the third group where it says much more than names
 * usually do (ADR 24).
 * Children of two mothers are cousins, named after one grandfather it may be, until a number says otherwise.
 *
 * @param possible - everybody the record may be, the person among them
 */
export function hasEnoughGroups(person: Candidate, possible: readonly Candidate[], gates: Model['gates']): boolean {
  const { best, groups } = person
  if (hasAgreeingIdentifier(best)) return best.groups.length >= 2
  const isNamedAlike = best.groups.includes('names') && best.groups.includes('birth')
  if (!isNamedAlike || isOfAnotherMother(person)) return false
  if (groups.length >= 3) return true
  return isTold(person) && (hasRareMiddle(best) || isOnlyOfRareName(person, possible, gates))
}

/** Whether it may be a cousin: of another mother, and nobody's number says otherwise. */
function isOfAnotherMother({ hasAnotherMother, groups }: Candidate): boolean {
  return hasAnotherMother === true && !groups.includes('identifiers')
}

/** Given name, surname and birth date are the same, and nothing is against it, also by other records of the person. */
function isTold({ best, isContradicted }: Candidate): boolean {
  if (isContradicted === true) return false
  if (partOf(best, 'names')?.level !== 'both-exact' || partOf(best, 'birth')?.level !== 'exact') return false
  return best.evidence.every(({ comparison, m }) => m >= 0 || mayChange.has(comparison))
}

/** A further given name that the model's snapshot counts, and counts among those rarer than usual, is the same as well. */
function hasRareMiddle(best: Score): boolean {
  const middle = partOf(best, 'middle')
  return middle?.level === 'exact' && middle.tf > 0
}

/**
 * The name is as rare as frequencies may say, and without as much as a third group would have to say the rest still comes to
 * a link: given name and surname of one community are not independent, and together commoner than their product.
 */
function isNameRare({ m, s, evidence }: Score, { linkFrom, groupFrom }: Model['gates']): boolean {
  const isRare = evidence.some(({ comparison, tf }) => comparison === 'names' && tf >= mostCorrection)
  return isRare && classesOf({ m: m - groupFrom, s }).same >= linkFrom / 10_000
}

function isOnlyOfRareName(person: Candidate, possible: readonly Candidate[], gates: Model['gates']): boolean {
  return isNameRare(person.best, gates) && isAlone(person, possible)
}

/** No twin is known, and nobody else whom the record may be has the name. */
function isAlone(person: Candidate, possible: readonly Candidate[]): boolean {
  if (partOf(person.best, 'birth-order')?.level === 'multiple') return false
  return possible.every((other) => other === person || partOf(other.best, 'names')?.level !== 'both-exact')
}

function partOf({ evidence }: Score, comparison: Comparison): Evidence | undefined {
  return evidence.find((part) => part.comparison === comparison)
}
