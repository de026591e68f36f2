import type { Profile } from '../profile.js'
import type { Cut } from './cut.js'
import type { LevelTable } from './level-table.js'
import type { Patterns } from './patterns.js'
import { LevelCounts } from './tallies.js'

/** A family is not larger: a longer list is a home, a refuge or a name that many mothers have. */
const largestFamily = 12
/** From so many pairs of one day of birth on, they alone tell how siblings look who could be taken for one child. */
const enoughTwins = 200

/**
 * Counts how siblings look: pairs of persons with different verified NHS numbers who share a mother (by number, or name and
 * birth date) or a dwelling. Nothing is guessed here: the numbers say that they are two.
 *
 * @returns counts by level; dates of birth of all of them, everything else of those born the same day if there are enough
 */
export function countSiblings(
  profiles: readonly Profile[],
  cut: Cut,
  { table, patterns }: { readonly table: LevelTable; readonly patterns: Patterns },
): Float64Array {
  const [all, twins] = [new LevelCounts(table), new LevelCounts(table)]
  let twinPairs = 0
  for (const [one, two] of siblingPairs(profiles, cut)) {
    const pattern = patterns.list[patterns.observe(one, two)]
    if (!pattern) continue
    all.add(pattern, 1)
    if (!isBornTheSameDay(one, two)) continue
    twins.add(pattern, 1)
    twinPairs += 1
  }
  const others = twinPairs >= enoughTwins ? twins : all
  return Float64Array.from(table.levels, ({ comparison }, level) =>
    (comparison === 'birth' ? all : others).countOf(level),
  )
}

function isBornTheSameDay(one: Profile, two: Profile): boolean {
  return one.bornOn !== undefined && one.bornOn === two.bornOn
}

function* siblingPairs(profiles: readonly Profile[], cut: Cut): Generator<readonly [Profile, Profile]> {
  const seen = new Set<string>()
  for (const family of familiesOf(profiles, cut)) {
    const people = [...family]
    for (const [at, [oneNumber, one]] of people.entries())
      for (const [twoNumber, two] of people.slice(at + 1)) {
        const pair = oneNumber < twoNumber ? `${oneNumber} ${twoNumber}` : `${twoNumber} ${oneNumber}`
        if (!seen.has(pair)) yield [one, two]
        seen.add(pair)
      }
  }
}

/** Records by what a family shares; of each person, known by the verified number, the first. */
function familiesOf(profiles: readonly Profile[], cut: Cut): readonly ReadonlyMap<string, Profile>[] {
  const families = new Map<string, Map<string, Profile>>()
  for (const profile of profiles) {
    const number = profile.nhsNumbers.find(({ isVerified, isCurrent }) => isVerified && isCurrent)?.value
    if (number === undefined) continue
    for (const key of familyKeys(profile, cut)) {
      const family = families.get(key) ?? new Map<string, Profile>()
      families.set(key, family)
      if (!family.has(number)) family.set(number, profile)
    }
  }
  return [...families.values()].filter(({ size }) => size > 1 && size <= largestFamily)
}

function familyKeys(profile: Profile, cut: Cut): readonly string[] {
  const dwellings = profile.places.filter((place) => place.startsWith('uprn '))
  const { mother } = cut(profile)
  if (mother === undefined) return dwellings
  if (mother.nhsNumber > 0) return [...dwellings, `mother ${mother.nhsNumber}`]
  const { name, born } = mother
  if (born === 0 || name.first === undefined || name.surname === undefined) return dwellings
  return [...dwellings, `mother ${name.first.text} ${name.surname.text} ${born}`]
}
