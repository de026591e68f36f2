import { monthOf, type CalendarDay } from './calendar-day.js'
import type { Comparable } from './comparable.js'
import { sharedMiddle } from './compare-middle.js'
import type { PostcodeShare } from './compare-residence.js'
import type { FrequencyOf, Model } from './model.js'
import type { NameForm } from './name-form.js'
import { postcodeCode } from './number-codes.js'
import type { Token } from './token.js'

/** Chance that two unrelated children agree on the part, in a million (published u of the level; a day is one of 6,574). */
export const unrelatedPerMillion = { family: 785, given: 4260, fullName: 6.44, middle: 12_320, day: 1_000_000 / 6574 }
/** Most that frequencies may add to a level, or take from it, in milli-bits. */
export const mostCorrection = 6000
const none: Correction = { m: 0, s: 0 }
/** Nothing is rarer than once in twelve million, however few a snapshot counts. */
const rarest = 1 / 12

/** What frequencies add, in milli-bits. */
export interface Correction {
  readonly m: number
  readonly s: number
}

/** What frequencies of a kind can have added, nearest to what is said of them. */
export function possibleCorrection(kind: FrequencyOf | undefined, { m, s }: Correction): Correction {
  if (kind === undefined) return none
  const possible = clip(m)
  if (kind === 'family' || kind === 'day') return { m: possible, s: possible }
  return { m: possible, s: kind === 'given' || kind === 'middle' ? 0 : clip(s) }
}

/** Looks the frequencies of a model up. */
export interface Frequencies {
  /** At most six bits either way: a surname's or day's go to both classes, a given name's to *same* alone. */
  readonly correct: (kind: FrequencyOf, left: Comparable, right: Comparable) => Correction
  readonly postcodeShare: PostcodeShare
  /** Share of a first given name, in a million; 0 of one that is not listed. */
  readonly givenShare: (token: Token) => number
}

const prepared = new WeakMap<Model['perMillion'], Frequencies>()

/** The frequencies of a model, prepared once; models that differ in weights alone share them. */
export function frequenciesOf({ perMillion }: Model): Frequencies {
  const known = prepared.get(perMillion)
  if (known) return known
  const made = prepare(perMillion)
  prepared.set(perMillion, made)
  return made
}

function prepare(perMillion: Model['perMillion']): Frequencies {
  const shares = {
    family: new Map(Object.entries(perMillion.family)),
    given: new Map(Object.entries(perMillion.given)),
  }
  const days = new Map(Object.entries(perMillion.day).map(([key, share]) => [Number(key.replaceAll('-', '')), share]))
  const postcodes = new Map(Object.entries(perMillion.postcode).map(([key, share]) => [postcodeCode(key), share]))
  const corrections: Readonly<Record<FrequencyOf, (left: Comparable, right: Comparable) => Correction>> = {
    family: (left, right) => familyCorrection(shareOfBoth(familyToken, shares.family, left, right)),
    given: (left, right) => givenCorrection(shareOfBoth(firstToken, shares.given, left, right), 'given'),
    middle: (left, right) => givenCorrection(shareOf(middleOf(left, right), shares.given), 'middle'),
    day: (left) => both(clip(bits(unrelatedPerMillion.day, dayShare(days, left.born)))),
    'full-name': (left, right) =>
      fullName(
        shareOfBoth(familyToken, shares.family, left, right),
        shareOfBoth(firstToken, shares.given, left, right),
      ),
    'near-full-name': (left, right) => {
      const family = rarer(familyToken, shares.family, left, right)
      const { m, s } = fullName(family, rarer(firstToken, shares.given, left, right))
      return { m: Math.round(m * 0.7), s: Math.round(s * 0.7) }
    },
  }
  return {
    correct: (kind, left, right) => corrections[kind](left, right),
    postcodeShare: (postcode) => postcodes.get(postcode) ?? 0,
    givenShare: ({ text }) => shares.given.get(text) ?? 0,
  }
}

type Shares = ReadonlyMap<string, number>
type TokenOf = (form: NameForm | undefined) => Token | undefined

/** A name of several parts is rarer than each of them: only single ones are corrected. */
function familyToken(form: NameForm | undefined): Token | undefined {
  return form?.family.distinct.length === 1 ? form.family.distinct[0] : undefined
}

function firstToken(form: NameForm | undefined): Token | undefined {
  return form?.first
}

function middleOf(left: Comparable, right: Comparable): Token | undefined {
  return sharedMiddle(left.names[0]?.given ?? [], right.names[0]?.given ?? [])
}

function shareOf(token: Token | undefined, shares: Shares): number | undefined {
  return token === undefined ? undefined : shares.get(token.text)
}

function shareOfBoth(tokenOf: TokenOf, shares: Shares, left: Comparable, right: Comparable): number | undefined {
  const token = tokenOf(left.names[0])
  const other = tokenOf(right.names[0])
  return token !== undefined && other?.isSame(token) === true ? shares.get(token.text) : undefined
}

/** A typing error is rare, two similar real names are not: the rarer one counts. */
function rarer(tokenOf: TokenOf, shares: Shares, left: Comparable, right: Comparable): number | undefined {
  const [one, two] = [shareOf(tokenOf(left.names[0]), shares), shareOf(tokenOf(right.names[0]), shares)]
  return one === undefined || two === undefined ? undefined : Math.min(one, two)
}

function familyCorrection(share: number | undefined): Correction {
  return share === undefined ? none : both(clip(bits(unrelatedPerMillion.family, share)))
}

function givenCorrection(share: number | undefined, part: 'given' | 'middle'): Correction {
  return share === undefined ? none : { m: clip(bits(unrelatedPerMillion[part], share)), s: 0 }
}

/** A name is as rare as its parts together; of a part that is not listed nothing is known. */
function fullName(family: number | undefined, given: number | undefined): Correction {
  if (family === undefined) return givenCorrection(given, 'given')
  const { s } = familyCorrection(family)
  if (given === undefined) return { m: s, s }
  return { m: clip(bits(unrelatedPerMillion.fullName, (family * given) / 1_000_000)), s }
}

function dayShare(days: ReadonlyMap<number, number>, born: CalendarDay): number {
  const inYear = monthOf(born) * 100 + (born % 100)
  return days.get(born) ?? days.get(inYear) ?? days.get(born % 100) ?? unrelatedPerMillion.day
}

function both(milliBits: number): Correction {
  return milliBits === 0 ? none : { m: milliBits, s: milliBits }
}

function bits(unrelated: number, share: number): number {
  return Math.round(1000 * Math.log2(unrelated / Math.max(share, rarest)))
}

function clip(milliBits: number): number {
  return Math.max(-mostCorrection, Math.min(mostCorrection, milliBits))
}
