import { alignmentDistance } from '../strings.js'
import { countsOf, kinship, levelRoom, missing, rarityOf, singleLists, type Comparison } from './comparison.js'
import type { Column, Field } from './records.js'
import { Texts } from './text.js'

type DateField = Extract<Field, { kind: 'date' }>

/** Says which part of a date differs, and how. */
const dateLevel = {
  different: 0,
  sameYear: 1,
  sameYearDefaultDay: 2,
  twoDigits: 3,
  sameDay: 4,
  sameYearAndMonth: 5,
  sameYearAndDayOfMonth: 6,
  swapped: 7,
  bothDefaultDays: 8,
  editInYear: 9,
  editInMonth: 10,
  editInDay: 11,
  equal: 12,
} as const

const [year, month, day] = [0, 1, 2] as const
/** The digit, as a unit of text. */
const zero = 48
const part = [
  [0, 4],
  [4, 6],
  [6, 8],
] as const

/** Compares dates of eight digits part by part, and anything else as text. The first is that of the person's birth. */
export function dateComparison(field: DateField, count: number, isFirst: boolean): Comparison {
  const dates = new Dates(field, count)
  const { texts, at } = dates
  return {
    label: 'date',
    levels: 13,
    agrees: (level) => level >= dateLevel.swapped,
    differs: [{ most: 0.2, at: (level) => level === dateLevel.different }],
    chance: dates.chance,
    kin: isFirst ? kinship.seldom : kinship.home,
    compare: (one, two) => dates.compare(at[one] as number, at[two] as number),
    units: {
      ...singleLists(at),
      count: texts.values.length,
      features: (date, visit) => {
        dateFeatures(texts.values[date] as string, visit)
      },
    },
  }
}

function dateFeatures(text: string, visit: (feature: string) => void): void {
  visit(`d${text}`)
  if (text.length !== 8) return
  const [inYear, inMonth, ofMonth] = partsOf(text)
  visit(`m${inYear}${inMonth}`)
  visit(`n${inYear}${ofMonth}`)
  visit(`a${inMonth}${ofMonth}`)
  visit(`m${inYear}${ofMonth}`)
  visit(`y${inYear}`)
}

class Dates {
  readonly at: Int32Array
  readonly texts: Texts
  readonly chance: number
  private readonly whole: Int32Array
  /** Rarity of year, month and day of each date. */
  private readonly partRarity: readonly Int32Array[]

  constructor(field: DateField, count: number) {
    const [at, values] = readDates(field.parts, count)
    this.at = at
    this.texts = new Texts(values)
    const counts = countsOf(at, values.length)
    const known = counts.reduce((sum, times) => sum + times, 0)
    this.whole = counts.map((times) => rarityOf(times, count))
    const tables = [year, month, day].map((which) => partCounts(values, counts, which))
    this.partRarity = tables.map((table, which) =>
      Int32Array.from(values, (text) => rarityOf(table.get(partsOf(text)[which] as string) ?? 1, count)),
    )
    this.chance = tables.reduce((product, table) => product * repeatChance(table, Math.max(known, 1)), 1)
  }

  compare(one: number, two: number): number {
    if (one < 0 || two < 0) return missing
    if (one === two) return (this.whole[one] as number) * levelRoom + dateLevel.equal
    const left = this.texts.unitsOf(one)
    const right = this.texts.unitsOf(two)
    if (left.length !== 8 || right.length !== 8) {
      return alignmentDistance(left, right, 1) <= 1 ? dateLevel.editInYear : dateLevel.different
    }
    const level = levelOf(left, right)
    const which = differingPart(level)
    return which < 0 ? level : this.rarer(which, one, two) * levelRoom + level
  }

  private rarer(which: number, one: number, two: number): number {
    const rarity = this.partRarity[which] as Int32Array
    return Math.max(rarity[one] as number, rarity[two] as number)
  }
}

/** The part whose rarity tells an error from another date; -1: none. */
function differingPart(level: number): number {
  if (level === dateLevel.editInDay || level === dateLevel.sameYearAndMonth) return day
  if (level === dateLevel.editInMonth || level === dateLevel.sameYearAndDayOfMonth) return month
  return level === dateLevel.editInYear || level === dateLevel.sameDay ? year : -1
}

function levelOf(left: Uint16Array, right: Uint16Array): number {
  const first = nextDifference(left, right, 0)
  const second = nextDifference(left, right, first + 1)
  const third = nextDifference(left, right, second + 1)
  const isTwoDigits = third === 8
  if (isDefaultDay(left) && isDefaultDay(right)) return second === 8 ? dateLevel.bothDefaultDays : dateLevel.different
  if (second === 8 || (isTwoDigits && isSwap(left, right, first, second))) return editLevel(first)
  if (first < 4) return otherYearLevel(left, right, isTwoDigits)
  return sameYearLevel(left, right, isTwoDigits)
}

function otherYearLevel(left: Uint16Array, right: Uint16Array, isTwoDigits: boolean): number {
  if (equalIn(left, right, 4, 8)) return dateLevel.sameDay
  return isTwoDigits ? dateLevel.twoDigits : dateLevel.different
}

/** Day and month changed places. */
function isTurned(left: Uint16Array, right: Uint16Array): boolean {
  return left[4] === right[6] && left[5] === right[7] && left[6] === right[4] && left[7] === right[5]
}

function sameYearLevel(left: Uint16Array, right: Uint16Array, isTwoDigits: boolean): number {
  if (isTurned(left, right)) return dateLevel.swapped
  if (isDefaultDay(left) || isDefaultDay(right)) return dateLevel.sameYearDefaultDay
  if (equalIn(left, right, 4, 6)) return dateLevel.sameYearAndMonth
  if (equalIn(left, right, 6, 8)) return dateLevel.sameYearAndDayOfMonth
  return isTwoDigits ? dateLevel.twoDigits : dateLevel.sameYear
}

function editLevel(at: number): number {
  if (at >= 6) return dateLevel.editInDay
  return at >= 4 ? dateLevel.editInMonth : dateLevel.editInYear
}

function nextDifference(left: Uint16Array, right: Uint16Array, from: number): number {
  let at = from
  while (at < 8 && left[at] === right[at]) at += 1
  return Math.min(at, 8)
}

function isSwap(left: Uint16Array, right: Uint16Array, first: number, second: number): boolean {
  return second === first + 1 && left[first] === right[second] && left[second] === right[first]
}

function equalIn(left: Uint16Array, right: Uint16Array, from: number, to: number): boolean {
  return nextDifference(left, right, from) >= to
}

/** The first of January, or a month or day that nobody knew. */
function isDefaultDay(units: Uint16Array): boolean {
  return units[4] === zero && units[6] === zero && isZeroOrOne(units[5]) && isZeroOrOne(units[7])
}

function isZeroOrOne(unit: number | undefined): boolean {
  return unit === zero || unit === zero + 1
}

/** Distinct dates in one form: `yyyymmdd` with zeros for what is not known, or the digits that there are. */
function readDates(parts: readonly Column[], count: number): readonly [Int32Array, readonly string[]] {
  const known = new Map<string, number>()
  const idOf = (text: string): number => {
    if (text.length < 4 || /^0*$/.test(text)) return -1
    const id = known.get(text) ?? known.size
    known.set(text, id)
    return id
  }
  const [first, ...others] = parts
  const whole = first?.values.map((text) => (others.length > 0 ? text : wholeDate(text))) ?? []
  const at = Int32Array.from({ length: count }, (_, record) => {
    const value = first?.at[record] ?? -1
    if (others.length === 0) return value < 0 ? -1 : idOf(whole[value] as string)
    const texts = parts.map(({ values, at: index }) => values[index[record] as number] ?? '')
    return idOf(texts.map((text, which) => padded(text, which === 0 ? 4 : 2)).join(''))
  })
  return [at, [...known.keys()]]
}

function wholeDate(text: string): string {
  const groups = text
    .replace(/[T ]\d\d:.*$/, '')
    .split(/\D+/)
    .filter((group) => group !== '')
  if (groups.length !== 3) return groups.join('')
  const [first = '', second = '', third = ''] = groups
  const inOrder = third.length === 4 ? [third, second, first] : [first, second, third]
  return inOrder.map((group, which) => padded(group, which === 0 ? 4 : 2)).join('')
}

function padded(text: string, length: number): string {
  return text.replace(/\.0+$/, '').replace(/\D/g, '').padStart(length, '0')
}

function partsOf(text: string): readonly [string, string, string] {
  const [inYear, inMonth, ofMonth] = part.map(([from, to]) => text.slice(from, to)) as [string, string, string]
  return [inYear, inMonth, ofMonth]
}

function partCounts(values: readonly string[], counts: Int32Array, which: number): ReadonlyMap<string, number> {
  const table = new Map<string, number>()
  values.forEach((text, value) => {
    const key = partsOf(text)[which] as string
    table.set(key, (table.get(key) ?? 0) + (counts[value] as number))
  })
  return table
}

function repeatChance(table: ReadonlyMap<string, number>, total: number): number {
  return [...table.values()].reduce((sum, count) => sum + (count / total) ** 2, 0)
}
