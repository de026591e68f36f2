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
 *
 * @param others - who else the record may be
 */
export function hasEnoughGroups(
  { best, groups }: Candidate,
  others: readonly Candidate[],
  gates: Model['gates'],
): boolean {
  if (hasAgreeingIdentifier(best)) return best.groups.length >= 2
  if (!best.groups.includes('names') || !best.groups.includes('birth')) return false
  return (
    groups.length >= 3 || (isTold(best) && (hasRareMiddle(best) || (isNameRare(best, gates) && isAlone(best, others))))
  )
}

/** Given name, surname and birth date are the same, and nothing is against it. */
function isTold(best: Score): boolean {
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

/** No twin is known, and nobody else who was found has the name. */
function isAlone(best: Score, others: readonly Candidate[]): boolean {
  if (partOf(best, 'birth-order')?.level === 'multiple') return false
  return others.every((other) => partOf(other.best, 'names')?.level !== 'both-exact')
}

function partOf({ evidence }: Score, comparison: Comparison): Evidence | undefined {
  return evidence.find((part) => part.comparison === comparison)
}
