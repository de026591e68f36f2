import type { LevelOf } from './model.js'
import type { Profile } from './profile.js'
import { isWithinOneEdit } from './strings.js'

const dayMs = 86_400_000

const levels: readonly (readonly [LevelOf<'birth'>, (left: string, right: string) => boolean])[] = [
  ['day-month-swapped', (left, right) => left === swapDayAndMonth(right)],
  ['year-off', (left, right) => left.slice(4) === right.slice(4) && [1, 10].includes(yearsApart(left, right))],
  ['one-edit', (left, right) => left.slice(0, 3) === right.slice(0, 3) && isOneDigitOff(left, right)],
  [
    'same-month-default-day',
    (left, right) => left.slice(0, 7) === right.slice(0, 7) && (isDefault(left) || isDefault(right)),
  ],
]

/** The level of two birth dates; `undefined` where one is missing. */
export function compareBirth(left: Profile, right: Profile): LevelOf<'birth'> | undefined {
  const [one, two] = [left.bornOn, right.bornOn]
  if (one === undefined || two === undefined) return undefined
  if (one === two) return 'exact'
  if (left.earlierBornOn.includes(two) || right.earlierBornOn.includes(one)) return 'earlier'
  return levels.find(([, holds]) => holds(one, two))?.[0] ?? farLevel(daysBetween(one, two), left, right)
}

function farLevel(days: number, left: Profile, right: Profile): LevelOf<'birth'> {
  if (days <= 183 && (isNewborn(left) || isNewborn(right))) return 'newborn-near'
  return days <= 5 * 365.25 ? 'within-five-years' : 'else'
}

/** Says whether a level of birth dates counts as agreement when an identifier is cross-checked. */
export function isBirthAgreeing(level: LevelOf<'birth'> | undefined): boolean {
  return level === 'exact' || level === 'earlier' || level === 'day-month-swapped'
}

/** The level of recorded sex. */
export function compareSex(left: Profile, right: Profile): LevelOf<'sex'> | undefined {
  if (left.sex === undefined || right.sex === undefined) return undefined
  return left.sex === right.sex ? 'same' : 'differ'
}

/** The level of birth order, which says something only about two who were born the same day. */
export function compareBirthOrder(left: Profile, right: Profile): LevelOf<'birth-order'> | undefined {
  if (left.bornOn === undefined || left.bornOn !== right.bornOn) return undefined
  const sizes = [left, right].flatMap(({ birthOrder }) => birthOrder?.of ?? [])
  const isMultiple = sizes.some((size) => size > 1)
  if (!isMultiple && sizes.length > 0) return 'singleton'
  const orders = [left, right].flatMap(({ birthOrder }) => birthOrder?.order ?? [])
  if (orders.length === 2) return orders[0] === orders[1] ? 'same' : 'another'
  return isMultiple ? 'multiple' : undefined
}

function daysBetween(left: string, right: string): number {
  return Math.abs(Date.parse(left) - Date.parse(right)) / dayMs
}

function swapDayAndMonth(date: string): string {
  return `${date.slice(0, 4)}-${date.slice(8)}-${date.slice(5, 7)}`
}

function yearsApart(left: string, right: string): number {
  return Math.abs(Number(left.slice(0, 4)) - Number(right.slice(0, 4)))
}

function isOneDigitOff(left: string, right: string): boolean {
  return isWithinOneEdit(left.replaceAll('-', ''), right.replaceAll('-', ''))
}

function isDefault(date: string): boolean {
  return date.endsWith('-01') || date.endsWith('-15')
}

function isNewborn(profile: Profile): boolean {
  if (profile.bornOn === undefined || profile.recordedOn === undefined) return false
  return daysBetween(profile.recordedOn, profile.bornOn) < 28
}
