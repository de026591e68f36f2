import type { Comparable, ComparableParent } from './comparable.js'
import { isFamilyNear, isSameFamily, isSameGiven } from './compare-names.js'
import type { LevelOf } from './model.js'
import type { NameForm } from './name-form.js'
import { isHonorific } from './normalise-names.js'
import { likeness, likenessOf, type Likeness } from './similarity.js'
import type { Token } from './token.js'

type Mothered = Pick<Comparable, 'mother'>

/** The level of the mother's particulars. */
export function compareMothers(left: Mothered, right: Mothered, alike: Likeness): LevelOf<'mother'> | undefined {
  const [one, two] = [left.mother, right.mother]
  if (!one || !two) return undefined
  if (areEqual(one.nhsNumber, two.nhsNumber)) return 'number'
  if (!isNamed(one) || !isNamed(two)) return undefined
  if (!isSamePerson(one.name, two.name, alike)) return 'differ'
  return areEqual(one.born, two.born) ? 'name-and-birth' : 'name'
}

/** Whether two mothers of different names are two people: neither was but renamed, or written in another order or in short. */
export function isAnotherMother(left: Mothered, right: Mothered): boolean {
  const [one, two] = [left.mother?.name, right.mother?.name]
  if (!one || !two || !isToldBy(one) || !isToldBy(two)) return false
  return !isCalledLike(one, two) && !isCalledLike(two, one)
}

/** Initials, titles and what millions share by custom tell nobody apart. */
function tells({ isStructural, length, text }: Token): boolean {
  return !isStructural && length > 1 && !isHonorific(text)
}

function isToldBy({ allGiven }: NameForm): boolean {
  return allGiven.some(tells)
}

function isCalledLike(one: NameForm, { allGiven, family }: NameForm): boolean {
  const like = likeness.variant | likeness.oneEdit | likeness.near | likeness.prefix
  const others = [...allGiven, ...family.all].filter(tells)
  return one.allGiven.some((token) => tells(token) && others.some((other) => (likenessOf(token, other) & like) > 0))
}

/** 0 is *not known*. */
function areEqual(one: number, two: number): boolean {
  return one > 0 && one === two
}

/** The level of other parents: several households differ lawfully, so only agreement counts. */
export function compareOtherParents(
  left: Comparable,
  right: Comparable,
  alike: Likeness,
): LevelOf<'other-parent'> | undefined {
  for (const one of left.otherParents)
    for (const two of right.otherParents) if (isSamePerson(one.name, two.name, alike)) return 'same'
  return undefined
}

/** The level of phones and e-mails: one shared is enough; they differ where both sides have some of one kind. */
export function compareContacts(left: Comparable, right: Comparable): LevelOf<'contact'> | undefined {
  const phone = compareInstitutions(left.phones, right.phones)
  const email = compareInstitutions(left.emails, right.emails)
  return phone === 'same' || email === 'same' ? 'same' : (phone ?? email)
}

/** The level of schools or practices named by both sides. */
export function compareInstitutions(left: readonly number[], right: readonly number[]): 'same' | 'differ' | undefined {
  if (left.length === 0 || right.length === 0) return undefined
  for (const one of left) if (right.includes(one)) return 'same'
  return 'differ'
}

function isNamed({ name }: ComparableParent): boolean {
  return name.first !== undefined && name.surname !== undefined
}

/**
 * Says whether two adults' names are the same or differ as clerks' spellings do. That records write two given names for one
 * child, as stewards accepted (ADR 29), says nothing of two women who have one each.
 */
function isSamePerson(one: NameForm, two: NameForm, alike: Likeness): boolean {
  if (!isSameFamily(one, two, alike) && !isFamilyNear(one, two, alike)) return false
  if (isSameGiven(one, two)) return true
  if (!one.first || !two.first) return false
  return (likenessOf(one.first, two.first) & (likeness.variant | likeness.oneEdit)) > 0
}
