import type { Comparable } from './comparable.js'
import type { LevelOf } from './model.js'
import type { NameForm } from './name-form.js'
import { areSyllables, isEastAsianSurname } from './name-syllables.js'
import { likeness, type Likeness } from './similarity.js'
import { jaroWinklerOfTwoWords } from './strings.js'
import { spellAlike, type Token } from './token.js'

type NamesLevel = LevelOf<'names'>

/** Two records, their names, and how single names are compared. */
interface Pair {
  readonly left: Comparable
  readonly right: Comparable
  readonly one: NameForm
  readonly two: NameForm
  readonly alike: Likeness
}

/** Where more pairs of given names and surnames than this are held against each other, some agree by chance. */
const fewPairs = 10

/** The level of two records' names, or `undefined` where no part of the name is known on both sides. */
export function compareNames(left: Comparable, right: Comparable, alike: Likeness): NamesLevel | undefined {
  const [one, two] = [left.names[0], right.names[0]]
  if (!one || !two || !isComparable(one, two)) return undefined
  const pair: Pair = { left, right, one, two, alike }
  const isFamily = isSameFamily(one, two, alike)
  return exactLevel(pair, isFamily) ?? throughOtherName(pair) ?? (isFamily ? sameFamily(pair) : otherFamily(pair))
}

function isComparable(one: NameForm, two: NameForm): boolean {
  return (
    (one.surname !== undefined && two.surname !== undefined) || (one.first !== undefined && two.first !== undefined)
  )
}

function exactLevel({ one, two }: Pair, isFamily: boolean): NamesLevel | undefined {
  if (isFamily && isSameGiven(one, two)) return 'both-exact'
  if (one.surname && two.surname && isSwapped(one, two)) return 'swapped-exact'
  return hasSameTokens(one, two) ? 'same-tokens' : undefined
}

function isSwapped(one: NameForm, two: NameForm): boolean {
  return spellAlike(one.allGiven, two.family.all) && spellAlike(one.family.all, two.allGiven)
}

/** Read in the other order, one part is the same and the other nearly so: a slip, a middle name or another romanisation. */
function isNearlySwapped({ one, two, alike }: Pair): boolean {
  const [first, surname, other, otherSurname] = [one.first, one.surname, two.first, two.surname]
  if (!first || !surname || !other || !otherSurname) return false
  const isFirst = first.isSame(otherSurname)
  if (!isFirst && !surname.isSame(other)) return false
  const rest = isFirst ? alike(surname, other) : alike(first, otherSurname)
  return (rest & (likeness.variant | likeness.oneEdit | likeness.near | likeness.romanised)) > 0
}

/** A child of an East-Asian surname goes by a name of that language here and by an English one there. */
function isEnglishAlias({ one, two }: Pair): boolean {
  if (one.surname === undefined || !isEastAsianSurname(one.surname.text)) return false
  return isInSyllables(one) !== isInSyllables(two)
}

function isInSyllables({ given }: NameForm): boolean {
  return given.length > 0 && given.every(({ text }) => areSyllables(text))
}

/** The same tokens in another order or split; one against one they would be equal or swapped. */
function hasSameTokens(one: NameForm, two: NameForm): boolean {
  const count = one.given.length + one.family.distinct.length
  if (count < 3 || count !== two.given.length + two.family.distinct.length) return false
  return hasAsMany(one, two, one.given) && hasAsMany(one, two, one.family.distinct)
}

/** Each of some tokens stands in both names equally often. */
function hasAsMany(one: NameForm, two: NameForm, tokens: readonly Token[]): boolean {
  for (const token of tokens) if (timesIn(one, token) !== timesIn(two, token)) return false
  return true
}

function timesIn({ given, family }: NameForm, token: Token): number {
  let times = 0
  for (const other of given) if (other.isSame(token)) times += 1
  for (const other of family.distinct) if (other.isSame(token)) times += 1
  return times
}

function throughOtherName({ left, right, alike }: Pair): NamesLevel | undefined {
  if (left.names.length + right.names.length === 2) return undefined
  const same = left.names.flatMap((one, at) =>
    right.names.filter((two, other) => at + other > 0 && isSameName(one, two, alike)).map((two) => [one, two] as const),
  )
  if (same.length === 0) return undefined
  return same.some(([one, two]) => !one.isFormer && !two.isFormer) ? 'exact-through-alias' : 'exact-through-former-name'
}

function isSameName(one: NameForm, two: NameForm, alike: Likeness): boolean {
  return isSameFamily(one, two, alike) && isSameGiven(one, two)
}

function sameFamily(pair: Pair): NamesLevel {
  const { one, two, alike } = pair
  const [first, other] = [one.first, two.first]
  if (!first || !other || first.isStructural !== other.isStructural) return withoutGiven(pair)
  const found = alike(first, other)
  if (isVariant(pair, found)) return 'surname-exact-given-variant'
  if ((found & likeness.oneEdit) > 0) return 'surname-exact-given-one-edit'
  if (sharesTokens(one, two)) return sharedLevel(one, two)
  return (found & likeness.near) > 0 ? 'surname-exact-given-near' : differingGiven(pair, found)
}

function isVariant({ one, two }: Pair, found: number): boolean {
  return (found & likeness.variant) > 0 || isRomanised(one, two)
}

function differingGiven(pair: Pair, found: number): NamesLevel {
  if (hasNearOtherName(pair)) return 'surname-exact-other-name-near'
  if ((found & likeness.prefix) > 0) return 'surname-exact-initial'
  if (isWholeNear(pair.one, pair.two, pair.alike)) return 'whole-name-near'
  if (isPartlyAlike(pair)) return 'both-parts-alike'
  return isEnglishAlias(pair) ? 'surname-exact-given-english' : 'surname-exact-given-differ'
}

/** A given name that millions share by custom, against one that tells children apart, is as good as missing. */
function withoutGiven({ one, two }: Pair): NamesLevel {
  return sharesTokens(one, two) ? sharedLevel(one, two) : 'surname-exact-given-missing'
}

function otherFamily(pair: Pair): NamesLevel {
  const { one, two, alike } = pair
  const isGiven = isSameGiven(one, two)
  if (isGiven && isFamilyNear(one, two, alike)) return 'given-exact-surname-near'
  if (sharesTokens(one, two)) return sharedLevel(one, two)
  if (hasNearOtherName(pair)) return 'surname-exact-other-name-near'
  if (isWholeNear(one, two, alike)) return 'whole-name-near'
  return isNearlySwapped(pair) ? 'swapped-near' : differingFamily(pair, isGiven)
}

function differingFamily(pair: Pair, isGiven: boolean): NamesLevel {
  const { left, right, alike } = pair
  if (isPartlyAlike(pair)) return 'both-parts-alike'
  if (isGiven) return 'given-exact'
  const isUnnamed = isUnnamedAs(left, right, alike) || isUnnamedAs(right, left, alike)
  return isUnnamed ? 'unnamed-surname-differs' : 'nothing'
}

/**
 * Nobody has named the newborn yet, so it goes by its mother's surname, whichever it will have: by the surname of the mother
 * whom the other names, or a number tells that it is the other.
 */
function isUnnamedAs({ isUnnamed, names, nhsNumbers }: Comparable, other: Comparable, alike: Likeness): boolean {
  const [name] = names
  if (!isUnnamed || !name || name.first !== undefined) return false
  if (other.mother !== undefined && isSameFamily(name, other.mother.name, alike)) return true
  return nhsNumbers.some(({ value }) => other.nhsNumbers.some((number) => number.value === value))
}

function sharedLevel(one: NameForm, two: NameForm): NamesLevel {
  const pairs = one.given.length * two.given.length * one.family.distinct.length * two.family.distinct.length
  return pairs <= fewPairs ? 'tokens-shared' : 'tokens-shared-many'
}

function hasNearOtherName({ left, right, alike }: Pair): boolean {
  if (left.names.length + right.names.length === 2) return false
  const near = likeness.oneEdit | likeness.near | likeness.variant
  return left.names.some((one, at) =>
    right.names.some((two, other) => {
      if (at + other === 0 || !one.first || !two.first || !isSameFamily(one, two, alike)) return false
      return (alike(one.first, two.first) & near) > 0
    }),
  )
}

/** Says whether two given names are one: first names alike, or the same letters however they are split. */
export function isSameGiven(one: NameForm, two: NameForm): boolean {
  const [first, other] = [one.first, two.first]
  if (!first || !other) return false
  if (first.isSame(other)) return true
  return spellAlike(one.allGiven, two.allGiven) || isSplit(one, two) || isSplit(two, one)
}

/** *Anne Marie* against *Annemarie*, whatever middle names follow. */
function isSplit(apart: NameForm, together: NameForm): boolean {
  const [first, second] = apart.given
  const whole = together.given[0]
  if (!first || !second || whole?.length !== first.length + second.length) return false
  return whole.text.startsWith(first.text) && whole.text.endsWith(second.text)
}

/** Says whether two surnames are one, endings of sex and marriage aside. */
export function isSameFamily(one: NameForm, two: NameForm, alike: Likeness): boolean {
  const [surname, other] = [one.surname, two.surname]
  if (!surname || !other) return false
  if (surname.isSame(other)) return true
  return (surname.isWomans || other.isWomans) && (alike(surname, other) & likeness.inflected) > 0
}

/** Says whether surnames differ as clerks' spellings do, or one is half of the other. */
export function isFamilyNear(one: NameForm, two: NameForm, alike: Likeness): boolean {
  const [surname, other] = [one.surname, two.surname]
  if (!surname || !other) return false
  const near = likeness.oneEdit | likeness.near | likeness.romanised
  if ((alike(surname, other) & near) > 0 || surname.isSpeltAs(other)) return true
  return isHalf(one, two) || isHalf(two, one)
}

function isHalf(half: NameForm, whole: NameForm): boolean {
  const [tokens, others] = [half.family.distinct, whole.family.distinct]
  return tokens.length < others.length && tokens.every((token) => others.some((other) => other.isSame(token)))
}

/** An East-Asian given name in two romanisations, syllable by syllable. */
function isRomanised(one: NameForm, two: NameForm): boolean {
  if (one.given.length + two.given.length < 3) return false
  if (one.first?.syllable === undefined && two.first?.syllable === undefined) return false
  return standardSpelling(one) === standardSpelling(two)
}

function standardSpelling({ given }: NameForm): string {
  const isSyllables = given.length > 1 && given.every(({ syllable }) => syllable !== undefined)
  return given.map(({ text, syllable }) => (isSyllables ? syllable : text)).join('')
}

/** The whole names are alike; that needs one part at least to be. */
function isWholeNear(one: NameForm, two: NameForm, alike: Likeness): boolean {
  const { first, surname } = one
  if (!first || !surname || !two.first || !two.surname) return false
  if (((alike(first, two.first) | alike(surname, two.surname)) & likeness.alike) === 0) return false
  return jaroWinklerOfTwoWords([first.text, surname.text], [two.first.text, two.surname.text]) >= 0.9
}

function isPartlyAlike({ one, two, alike }: Pair): boolean {
  const { first, surname } = one
  if (!first || !surname || !two.first || !two.surname || first.isStructural || two.first.isStructural) return false
  return (alike(first, two.first) & alike(surname, two.surname) & likeness.alike) > 0
}

function sharesTokens(one: NameForm, two: NameForm): boolean {
  return shares(one.given, two.given) && shares(one.family.distinct, two.family.distinct)
}

/** Structural tokens are never an overlap: brothers share them. */
function shares(these: readonly Token[], those: readonly Token[]): boolean {
  for (const token of these) {
    if (token.length === 1 || token.isStructural) continue
    for (const other of those) if (other.isSame(token)) return true
  }
  return false
}
