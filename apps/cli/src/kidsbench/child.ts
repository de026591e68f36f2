import type { Names, Sex } from './name-tables.js'
import type { Place } from './places.js'

/** Days since 1970, so that dates are sums. */
export type Day = number

/** A home from a day on, until the next one begins. */
export interface Home {
  readonly from: Day
  readonly place: Place
}

/** The mother as agencies name her. */
export interface Mother {
  readonly given: string
  readonly family: string
  readonly bornOn: Day
}

/** An invented child as it is, whatever records make of it. */
export interface Child {
  readonly person: number
  readonly household: number
  readonly names: Names
  readonly sex: Sex
  readonly bornOn: Day
  readonly given: string
  readonly middle: string
  readonly short: readonly string[]
  readonly family: string
  /** The surname until a day, where it changed. */
  readonly before: { readonly family: string; readonly until: Day } | undefined
  readonly order: number
  readonly of: number
  /** The multiple birth it belongs to. */
  readonly multiple: number | undefined
  readonly nhs: string
  readonly upn: string
  readonly uln: string
  readonly mother: Mother
  /** By day, the first one long before the birth. */
  readonly homes: readonly [Home, ...Home[]]
  /** Records are of these days. */
  readonly from: Day
  readonly until: Day
  /** The adoption that joins a birth identity and an adopted one; they are two children to everyone. */
  readonly succession: number | undefined
  /** Whether it is the identity that an adoption ended. */
  readonly isSealed: boolean
}

const dayMs = 86_400_000

/** The day of an ISO date. */
export function dayOf(date: string): Day {
  return Math.round(Date.parse(date) / dayMs)
}

const dates = new Map<Day, string>()

/** The ISO date of a day. */
export function dateOf(day: Day): string {
  const known = dates.get(day)
  if (known !== undefined) return known
  const date = new Date(day * dayMs).toISOString().slice(0, 10)
  dates.set(day, date)
  return date
}

/** The year of a day. */
export function yearOf(day: Day): number {
  return Number(dateOf(day).slice(0, 4))
}

/** The surname on a day. */
export function familyOn(child: Child, day: Day): string {
  return child.before !== undefined && day < child.before.until ? child.before.family : child.family
}

/** The place in the list of homes on a day. */
export function homeOn(child: Child, day: Day): number {
  let at = 0
  while (at + 1 < child.homes.length && (child.homes[at + 1]?.from ?? Infinity) <= day) at += 1
  return at
}

/** A number below a hundred in two digits. */
export function twoDigits(value: number): string {
  return value < 10 ? `0${Math.floor(value)}` : String(Math.floor(value))
}
