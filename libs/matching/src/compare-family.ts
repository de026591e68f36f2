import { isSamePersonName } from './compare-names.js'
import type { LevelOf } from './model.js'
import type { Profile } from './profile.js'

/** The level of the mother's particulars. */
export function compareMothers(left: Profile, right: Profile): LevelOf<'mother'> | undefined {
  const [one, two] = [left.mother, right.mother]
  if (!one || !two) return undefined
  if ([one, two].some(({ given, family }) => given.length === 0 || family.length === 0)) return undefined
  if (!isSamePersonName(one, two)) return 'differ'
  return one.bornOn !== undefined && one.bornOn === two.bornOn ? 'name-and-birth' : 'name'
}

/** The level of other parents: several households differ lawfully, so only agreement counts. */
export function compareOtherParents(left: Profile, right: Profile): LevelOf<'other-parent'> | undefined {
  return left.otherParents.some((one) => right.otherParents.some((two) => isSamePersonName(one, two)))
    ? 'same'
    : undefined
}

/** The level of schools or practices named by both sides. */
export function compareInstitutions(left: readonly string[], right: readonly string[]): LevelOf<'school'> | undefined {
  if (left.length === 0 || right.length === 0) return undefined
  return left.some((one) => right.includes(one)) ? 'same' : 'differ'
}
