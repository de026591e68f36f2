import { calendarDay, dayNumber, type CalendarDay } from './calendar-day.js'
import { digitsIn } from './digits.js'
import { formOf, type NameForm, type TokenMaker } from './name-form.js'
import { hashOf, parseUpnCode, placeCode, postcodeCode, type PostcodeCode } from './number-codes.js'
import type { LocalNumber, Profile, ProfileNumber, ProfileParent } from './profile.js'

/** A personal number as one number, and what is known of it. */
export interface ComparableNumber {
  readonly value: number
  readonly isVerified: boolean
  readonly isCurrent: boolean
}

/** A parent, cut into what is compared. */
export interface ComparableParent {
  readonly name: NameForm
  readonly born: CalendarDay
  /** 0 when not known. */
  readonly nhsNumber: number
}

/** A source's own number and when it was in use; days are 0 and infinite where none is said. */
export interface ComparableLocal {
  readonly source: number
  readonly value: number
  readonly from: number
  readonly to: number
}

/** A profile cut into what is compared: numbers and tokens, so that comparing needs no further cutting. */
export interface Comparable {
  /** The name, then other names. */
  readonly names: readonly NameForm[]
  readonly isUnnamed: boolean
  readonly born: CalendarDay
  readonly bornDay: number
  readonly earlierBorn: readonly CalendarDay[]
  readonly recordedDay: number
  readonly lastEventDay: number
  readonly diedDay: number
  /** 0 not known, 1 male, 2 female. */
  readonly sex: number
  /** 0 not known, likewise `of`. */
  readonly order: number
  readonly of: number
  readonly places: readonly number[]
  readonly postcodes: readonly PostcodeCode[]
  readonly nhsNumbers: readonly ComparableNumber[]
  readonly upns: readonly ComparableNumber[]
  readonly ulns: readonly ComparableNumber[]
  readonly mistypedNhsNumbers: readonly string[]
  readonly locals: readonly ComparableLocal[]
  readonly masterIndexes: readonly number[]
  readonly mother: ComparableParent | undefined
  readonly otherParents: readonly ComparableParent[]
  readonly phones: readonly number[]
  readonly emails: readonly number[]
  readonly schools: readonly number[]
  readonly practices: readonly number[]
}

const cut = new WeakMap<Profile, Comparable>()

/** Cuts a profile; a profile is cut once, however many others it is compared with, since it never changes. */
export function comparableOf(profile: Profile): Comparable {
  const known = cut.get(profile)
  if (known) return known
  const made = comparableWith(profile)
  cut.set(profile, made)
  return made
}

/** Cuts a profile with tokens of a vocabulary. */
export function comparableWith(profile: Profile, tokenOf?: TokenMaker): Comparable {
  const born = calendarDay(profile.bornOn)
  const { birthOrder, mother } = profile
  return {
    names: namesOf(profile, tokenOf),
    isUnnamed: profile.hasPlaceholder,
    born,
    bornDay: dayNumber(born),
    earlierBorn: codesOf(profile.earlierBornOn, calendarDay),
    recordedDay: dayNumber(calendarDay(profile.recordedOn)),
    lastEventDay: dayNumber(calendarDay(profile.lastEventOn)),
    diedDay: dayNumber(calendarDay(profile.diedOn)),
    sex: sexOf(profile.sex),
    order: birthOrder?.order ?? 0,
    of: birthOrder?.of ?? 0,
    places: listOf(profile.places, placeCode),
    postcodes: codesOf(profile.postcodes, postcodeCode),
    nhsNumbers: listOf(profile.nhsNumbers, nhsNumberFrom),
    upns: listOf(profile.upns, upnFrom),
    ulns: listOf(profile.ulns, nhsNumberFrom),
    mistypedNhsNumbers: profile.mistypedNhsNumbers,
    locals: listOf(profile.locals, localFrom),
    masterIndexes: listOf(profile.masterIndexes, hashOf),
    mother: mother && parentFrom(mother, tokenOf),
    otherParents: listOf(profile.otherParents, (parent) => parentFrom(parent, tokenOf)),
    phones: listOf(profile.phones, hashOf),
    emails: listOf(profile.emails, hashOf),
    schools: listOf(profile.schools, hashOf),
    practices: listOf(profile.practices, hashOf),
  }
}

const nothing: readonly never[] = []
/** Digits of a whole number that is told exactly. */
const exactDigits = 15

/** Most lists of a profile are empty: those share one. */
function listOf<A, B>(values: readonly A[], form: (value: A) => B): readonly B[] {
  const [only] = values
  if (only === undefined) return nothing
  return values.length === 1 ? [form(only)] : values.map((value) => form(value))
}

/** What has no code is left out. */
function codesOf(texts: readonly string[], form: (text: string) => number): readonly number[] {
  const codes = listOf(texts, form)
  return codes.every((code) => code > 0) ? codes : codes.filter((code) => code > 0)
}

function namesOf({ name, others }: Profile, tokenOf: TokenMaker | undefined): readonly NameForm[] {
  if (others.length === 0) return [formOf(name, tokenOf)]
  const further = others.map((other) => Object.assign(formOf(other, tokenOf), { isFormer: other.isFormer }))
  return [formOf(name, tokenOf), ...further]
}

function sexOf(sex: string | undefined): number {
  return sex === 'male' ? 1 : sex === 'female' ? 2 : 0
}

function nhsNumberFrom(number: ProfileNumber): ComparableNumber {
  return numberFrom(number, wholeNumber)
}

/** What `Number` makes of a text, had at once where it is but digits. */
function wholeNumber(text: string): number {
  const { length } = text
  const number = length > 0 && length <= exactDigits ? digitsIn(text, 0, length) : -1
  return number < 0 ? Number(text) : number
}

function upnFrom(number: ProfileNumber): ComparableNumber {
  return numberFrom(number, parseUpnCode)
}

function numberFrom({ value, isVerified, isCurrent }: ProfileNumber, code: (text: string) => number): ComparableNumber {
  return { value: code(value), isVerified, isCurrent }
}

function localFrom({ source, value, from, to }: LocalNumber): ComparableLocal {
  const until = to === undefined ? Infinity : dayNumber(calendarDay(to))
  return { source: hashOf(source), value: hashOf(value), from: dayNumber(calendarDay(from)), to: until }
}

function parentFrom(parent: ProfileParent, tokenOf?: TokenMaker): ComparableParent {
  return { name: formOf(parent, tokenOf), born: calendarDay(parent.bornOn), nhsNumber: Number(parent.nhsNumber ?? 0) }
}
