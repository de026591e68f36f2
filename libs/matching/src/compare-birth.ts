import { swapDayAndMonth, yearOf, type CalendarDay } from './calendar-day.js'
import type { Comparable } from './comparable.js'
import type { LevelOf } from './model.js'

const newbornDays = 28
const halfYear = 183
const fiveYears = 1826
/** More earlier dates on file than this agree with some date by chance. */
const fewDates = 2

/** What is compared of two births. */
type Born = Pick<Comparable, 'born' | 'bornDay' | 'earlierBorn' | 'recordedDay'>
type Sexed = Pick<Comparable, 'sex'>

/** The level of two birth dates; `undefined` where one is missing. */
export function compareBirth(left: Born, right: Born): LevelOf<'birth'> | undefined {
  const [one, two] = [left.born, right.born]
  if (one === 0 || two === 0) return undefined
  if (one === two) return 'exact'
  if (left.earlierBorn.includes(two) || right.earlierBorn.includes(one))
    return left.earlierBorn.length + right.earlierBorn.length > fewDates ? 'earlier-many' : 'earlier-few'
  return slipOf(one, two) ?? distanceOf(left, right)
}

/** How a pen or a key slips. */
function slipOf(one: CalendarDay, two: CalendarDay): LevelOf<'birth'> | undefined {
  if (one === swapDayAndMonth(two)) return 'day-month-swapped'
  if (isYearOff(one, two)) return 'year-off'
  if (decadeOf(one) === decadeOf(two) && isOneSlip(one, two)) return 'one-edit'
  const isSameMonth = Math.floor(one / 100) === Math.floor(two / 100)
  return isSameMonth && (isDefault(one) || isDefault(two)) ? 'same-month-default-day' : undefined
}

function isYearOff(one: CalendarDay, two: CalendarDay): boolean {
  const years = Math.abs(yearOf(one) - yearOf(two))
  return one % 10_000 === two % 10_000 && (years === 1 || years === 10)
}

function decadeOf(day: CalendarDay): number {
  return Math.floor(day / 100_000)
}

/** Says whether one date may be a slip of the pen for the other. */
export function isBirthSlip(one: CalendarDay, two: CalendarDay): boolean {
  return slipOf(one, two) !== undefined
}

function distanceOf(left: Born, right: Born): LevelOf<'birth'> {
  const days = Math.abs(left.bornDay - right.bornDay)
  if (days <= halfYear && (isNewborn(left) || isNewborn(right))) return 'newborn-near'
  return days <= fiveYears ? 'within-five-years' : 'else'
}

/** Says whether a level of birth dates counts as agreement when an identifier is cross-checked. */
export function isBirthAgreeing(level: LevelOf<'birth'> | undefined): boolean {
  return level === 'exact' || level === 'earlier-few' || level === 'earlier-many' || level === 'day-month-swapped'
}

/** The level of recorded sex. */
export function compareSex(left: Sexed, right: Sexed): LevelOf<'sex'> | undefined {
  if (left.sex === 0 || right.sex === 0) return undefined
  return left.sex === right.sex ? 'same' : 'differ'
}

/**
 * The level of birth order, which says something only about two who were born the same day.
 *
 * @param isMultipleKnown - whether another child of that birth is on file
 */
export function compareBirthOrder(
  left: Comparable,
  right: Comparable,
  isMultipleKnown = false,
): LevelOf<'birth-order'> | undefined {
  if (left.born === 0 || left.born !== right.born) return undefined
  const isMultiple = isOfSeveral(left) || isOfSeveral(right)
  return isMultiple ? (ordersLevel(left, right) ?? 'multiple') : withoutSeveral(left, right, isMultipleKnown)
}

/** The level where neither record says that there were several. */
function withoutSeveral(
  left: Comparable,
  right: Comparable,
  isMultipleKnown: boolean,
): LevelOf<'birth-order'> | undefined {
  if (left.of === 1 || right.of === 1) return 'singleton'
  return ordersLevel(left, right) ?? (isMultipleKnown ? 'multiple' : undefined)
}

function ordersLevel(left: Comparable, right: Comparable): LevelOf<'birth-order'> | undefined {
  if (!(left.order > 0 && right.order > 0)) return undefined
  return left.order === right.order ? 'same' : 'another'
}

/** Says whether a record tells that the child is a twin, or one of more. */
export function isOfSeveral({ order, of }: Comparable): boolean {
  return of > 1 || order > 1
}

/** One digit replaced, or two neighbours exchanged. */
function isOneSlip(one: CalendarDay, two: CalendarDay): boolean {
  let [left, right, differing, first, second] = [one, two, 0, 0, 0]
  for (let place = 1; left > 0 || right > 0; place += 1) {
    if (left % 10 !== right % 10) {
      differing += 1
      if (differing === 1) first = place
      second = place
    }
    left = Math.floor(left / 10)
    right = Math.floor(right / 10)
  }
  if (differing !== 2) return differing === 1
  return (
    second === first + 1 && digitAt(one, first) === digitAt(two, second) && digitAt(one, second) === digitAt(two, first)
  )
}

function digitAt(day: CalendarDay, place: number): number {
  return Math.floor(day / 10 ** (place - 1)) % 10
}

function isDefault(day: CalendarDay): boolean {
  return day % 100 === 1 || day % 100 === 15
}

function isNewborn({ bornDay, recordedDay }: Born): boolean {
  return bornDay > 0 && recordedDay > 0 && Math.abs(recordedDay - bornDay) < newbornDays
}
