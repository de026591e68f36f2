import { genericFields, genericKey, type GenericKind } from '../generic-values.js'
import type { Model } from '../model.js'
import type { Profile } from '../profile.js'

/** A value is generic where so many surnames at it have less than this chance. */
const chance = 1e-6
const rounds = 3
const kinds = Object.keys(genericFields) as GenericKind[]

/**
 * Finds the values at which more surnames are written than at an ordinary one of their kind: more than a Poisson
 * distribution with the mean of the kind allows at one in a million. A family of any size has few surnames; a school, a
 * hospital or a refuge has many, and so has a number that stands on a form.
 *
 * @see identity.md §2
 */
export function learnGeneric(profiles: readonly Profile[]): NonNullable<Model['generic']> {
  return Object.fromEntries(kinds.flatMap((kind) => genericOf(kind, surnamesAt(profiles, kind))))
}

/** Most values have one surname: only the others need a set. */
type Surnames = string | Set<string>

function surnamesAt(profiles: readonly Profile[], kind: GenericKind): ReadonlyMap<string, Surnames> {
  const found = new Map<string, Surnames>()
  for (const profile of profiles) {
    const surname = profile.name.family.join(' ')
    if (surname === '') continue
    for (const value of profile[genericFields[kind]]) found.set(value, withSurname(found.get(value), surname))
  }
  return found
}

function withSurname(before: Surnames | undefined, surname: string): Surnames {
  if (before === undefined || before === surname) return surname
  return typeof before === 'string' ? new Set([before, surname]) : before.add(surname)
}

function genericOf(kind: GenericKind, at: ReadonlyMap<string, Surnames>) {
  const counts = [...at].map(([value, surnames]) => ({ value, surnames: countOf(surnames) }))
  const least = leastAmong(counts.map(({ surnames }) => surnames))
  return counts
    .filter(({ surnames }) => surnames >= least)
    .map(({ value, surnames }) => [genericKey(kind, value), { kind, surnames }] as const)
}

/** The mean is that of ordinary values: what stands out is left out of it, and the rest is asked again. */
function leastAmong(counts: readonly number[]): number {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round += 1) {
    const ordinary = counts.filter((count) => count < least)
    least = leastUnlikely(ordinary.reduce((sum, count) => sum + count, 0) / Math.max(1, ordinary.length))
  }
  return least
}

function countOf(surnames: Surnames): number {
  return typeof surnames === 'string' ? 1 : surnames.size
}

/** The least count that so many or more are less likely than {@link chance} at this mean. */
export function leastUnlikely(mean: number): number {
  let term = Math.exp(-mean)
  let below = term
  let count = 1
  while (1 - below >= chance && count < 10_000) {
    term *= mean / count
    below += term
    count += 1
  }
  return count
}
