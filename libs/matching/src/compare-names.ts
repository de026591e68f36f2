import type { LevelOf } from './model.js'
import { areVariants, foldSurname, isStructural, skeletonOf } from './name-variants.js'
import { joined, type MatchName } from './normalise-names.js'
import type { Profile } from './profile.js'
import { isWithinOneEdit, jaroWinkler } from './strings.js'

/** A name cut into what is compared. */
export interface NameForm {
  /** Given-name tokens that distinguish; the structural ones only where there are no others. */
  readonly given: readonly string[]
  readonly family: readonly string[]
  readonly first: string
  readonly surname: string
  readonly allGiven: string
  readonly allFamily: string
}

interface Pair {
  readonly left: readonly [NameForm, ...NameForm[]]
  readonly right: readonly [NameForm, ...NameForm[]]
}

type Test = (left: NameForm, right: NameForm) => boolean

/** The levels, first that holds; each is symmetric. */
const levels: readonly (readonly [LevelOf<'names'>, (pair: Pair) => boolean])[] = [
  ['both-exact', main((left, right) => isSameFamily(left, right) && isSameGiven(left, right))],
  ['swapped-exact', main(isSwapped)],
  ['same-tokens', main(hasSameTokens)],
  ['exact-through-other-name', others((left, right) => isSameFamily(left, right) && isSameGiven(left, right))],
  ['surname-exact-given-variant', surname((left, right) => areVariants(left.first, right.first))],
  ['surname-exact-given-one-edit', surname(isGivenOneEdit)],
  ['given-exact-surname-near', main((left, right) => isSameGiven(left, right) && isFamilyNear(left, right))],
  [
    'tokens-shared',
    main((left, right) => sharesDistinct(left.given, right.given) && sharesDistinct(left.family, right.family)),
  ],
  ['surname-exact-given-near', surname((left, right) => isGivenNear(left, right))],
  ['surname-exact-given-missing', surname((left, right) => left.first === '' || right.first === '')],
  ['surname-exact-other-name-near', others((left, right) => isSameFamily(left, right) && isGivenNear(left, right))],
  ['surname-exact-initial', surname(isInitialOrPrefix)],
  ['whole-name-near', main((left, right) => isWholeNear(left, right))],
  [
    'both-parts-alike',
    main((left, right) => isAlike(left.first, right.first, 0.7) && isAlike(left.surname, right.surname, 0.7)),
  ],
  ['given-exact', main(isSameGiven)],
  ['surname-exact-given-differ', surname(() => true)],
]

/** The level of two profiles' names, or `undefined` where no part of the name is known on both sides. */
export function compareNames(left: Profile, right: Profile): LevelOf<'names'> | undefined {
  const pair = { left: formsOf(left), right: formsOf(right) }
  const [one] = pair.left
  const [two] = pair.right
  const isComparable = (one.surname !== '' && two.surname !== '') || (one.first !== '' && two.first !== '')
  if (!isComparable) return undefined
  return levels.find(([, holds]) => holds(pair))?.[0] ?? 'nothing'
}

const givenAgrees: readonly string[] = [
  'both-exact',
  'surname-exact-given-variant',
  'surname-exact-given-one-edit',
  'given-exact-surname-near',
  'given-exact',
]

/** The level of further given names, where the first ones agree and both sides have some. */
export function compareMiddle(left: Profile, right: Profile, names: string | undefined): LevelOf<'middle'> | undefined {
  const [one, two] = [formOf(left.name), formOf(right.name)]
  if (names === undefined || !givenAgrees.includes(names) || one.allGiven === two.allGiven) return undefined
  return levelOfFurther(one.given.slice(1), two.given.slice(1))
}

function levelOfFurther(these: readonly string[], those: readonly string[]): LevelOf<'middle'> | undefined {
  if (these.length === 0 || those.length === 0) return undefined
  const some = (test: (a: string, b: string) => boolean): boolean => these.some((a) => those.some((b) => test(a, b)))
  if (some((a, b) => a === b)) return 'exact'
  if (some((a, b) => (a.length === 1 || b.length === 1) && a[0] === b[0])) return undefined
  return some((a, b) => jaroWinkler(a, b) >= 0.85) ? 'near' : 'differ'
}

/** Says whether two adults' names are the same or differ as clerks' spellings do. */
export function isSamePersonName(left: MatchName, right: MatchName): boolean {
  const [one, two] = [formOf(left), formOf(right)]
  const isGiven = isSameGiven(one, two) || areVariants(one.first, two.first) || isGivenOneEdit(one, two)
  return isGiven && (isSameFamily(one, two) || isFamilyNear(one, two))
}

/** Cuts a name into what is compared. */
export function formOf(name: MatchName): NameForm {
  const known = forms.get(name)
  if (known) return known
  const form = cut(name)
  forms.set(name, form)
  return form
}

/** A name is cut once, however many others it is compared with; names are never changed. */
const forms = new WeakMap<MatchName, NameForm>()

function cut(name: MatchName): NameForm {
  const given = distinct(name.given).filter((token, at) => token.length > 1 || at === 0)
  const family = distinct(name.family)
  return {
    given,
    family,
    first: given[0] ?? '',
    surname: joined(family),
    allGiven: joined(name.given),
    allFamily: joined(name.family),
  }
}

function formsOf(profile: Profile): readonly [NameForm, ...NameForm[]] {
  return [formOf(profile.name), ...profile.others.map(formOf)]
}

function distinct(tokens: readonly string[]): readonly string[] {
  const distinguishing = tokens.filter((token) => !isStructural(token))
  return distinguishing.length > 0 ? distinguishing : tokens
}

function main(test: Test): (pair: Pair) => boolean {
  return ({ left, right }) => test(left[0], right[0])
}

function surname(test: Test): (pair: Pair) => boolean {
  return main((left, right) => isSameFamily(left, right) && test(left, right))
}

/** Tries every pair of names in which at least one is an alias or former name. */
function others(test: Test): (pair: Pair) => boolean {
  return ({ left, right }) =>
    left.some((one, at) =>
      right.some((two, other) => (at > 0 || other > 0) && one.first !== '' && two.first !== '' && test(one, two)),
    )
}

function isSameGiven(left: NameForm, right: NameForm): boolean {
  if (left.first === '' || right.first === '') return false
  return left.first === right.first || left.allGiven === right.allGiven || isSplit(left, right) || isSplit(right, left)
}

/** *Anne Marie* against *Annemarie*, whatever middle names follow. */
function isSplit(left: NameForm, right: NameForm): boolean {
  return left.given.length > 1 && left.first + (left.given[1] ?? '') === right.first
}

function isSameFamily(left: NameForm, right: NameForm): boolean {
  if (left.surname === '' || right.surname === '') return false
  return left.surname === right.surname || foldSurname(left.surname) === foldSurname(right.surname)
}

function isFamilyNear(left: NameForm, right: NameForm): boolean {
  if (left.surname === '' || right.surname === '') return false
  const isHalf = (half: NameForm, whole: NameForm): boolean =>
    half.family.length < whole.family.length && half.family.every((token) => whole.family.includes(token))
  return (
    isSpelledNear(left.surname, right.surname) ||
    skeletonOf(left.surname) === skeletonOf(right.surname) ||
    isHalf(left, right) ||
    isHalf(right, left)
  )
}

function isSwapped(left: NameForm, right: NameForm): boolean {
  const isCrossed = left.allGiven === right.allFamily && left.allFamily === right.allGiven
  return isCrossed && left.allGiven !== '' && left.allFamily !== ''
}

function hasSameTokens(left: NameForm, right: NameForm): boolean {
  const [these, those] = [left, right].map(({ given, family }) => [...given, ...family].sort().join(' '))
  return left.given.length + left.family.length > 1 && these === those
}

function isGivenOneEdit(left: NameForm, right: NameForm): boolean {
  return left.first.length >= 4 && right.first.length >= 4 && isWithinOneEdit(left.first, right.first)
}

function isGivenNear(left: NameForm, right: NameForm): boolean {
  return left.first !== '' && right.first !== '' && isSpelledNear(left.first, right.first)
}

function isSpelledNear(left: string, right: string): boolean {
  const isLong = left.length >= 4 && right.length >= 4
  return (isLong && isWithinOneEdit(left, right)) || jaroWinkler(left, right) >= 0.92
}

function isInitialOrPrefix(left: NameForm, right: NameForm): boolean {
  const [short, long] = left.first.length <= right.first.length ? [left.first, right.first] : [right.first, left.first]
  return (short.length === 1 || short.length >= 3) && long.startsWith(short)
}

function isWholeNear(left: NameForm, right: NameForm): boolean {
  if ([left.first, left.surname, right.first, right.surname].includes('')) return false
  return jaroWinkler(`${left.first} ${left.surname}`, `${right.first} ${right.surname}`) >= 0.9
}

function isAlike(left: string, right: string, from: number): boolean {
  return left !== '' && right !== '' && jaroWinkler(left, right) >= from
}

function sharesDistinct(left: readonly string[], right: readonly string[]): boolean {
  return left.some((token) => token.length > 1 && !isStructural(token) && right.includes(token))
}
