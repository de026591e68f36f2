import { digitsIn } from './digits.js'

/** A day of the calendar as one number, `20190514`; 0 is *not known*. */
export type CalendarDay = number

const monthDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const hyphen = 45

/** Reads an ISO date; anything else, and a day that no calendar has, is not known. */
export function calendarDay(iso: string | undefined): CalendarDay {
  if (iso?.length !== 10 || iso.charCodeAt(4) !== hyphen || iso.charCodeAt(7) !== hyphen) return 0
  const year = digitsIn(iso, 0, 4)
  const day = digitsIn(iso, 8, 10)
  const month = digitsIn(iso, 5, 7)
  return year >= 0 && isInMonth(day, month) ? year * 10_000 + month * 100 + day : 0
}

function isInMonth(day: number, month: number): boolean {
  return day >= 1 && day <= (monthDays[month - 1] ?? 0)
}

/** Days since the beginning of 1900, from 1 on; 0 for a day that is not known or lies before. */
export function dayNumber(day: CalendarDay): number {
  if (day < 19_000_101) return 0
  const year = Math.floor(day / 10_000)
  return daysBefore(year) + dayOfYear(year, monthOf(day), day % 100)
}

/** The day of a number that {@link dayNumber} gave. */
export function dayOfNumber(number: number): CalendarDay {
  if (number <= 0) return 0
  let year = 1900 + Math.floor((number - 1) / 366)
  while (daysBefore(year + 1) < number) year += 1
  let month = 1
  const within = number - daysBefore(year)
  while (month < 12 && dayOfYear(year, month + 1, 1) <= within) month += 1
  return year * 10_000 + month * 100 + within - dayOfYear(year, month, 1) + 1
}

export function yearOf(day: CalendarDay): number {
  return Math.floor(day / 10_000)
}

export function monthOf(day: CalendarDay): number {
  return Math.floor(day / 100) % 100
}

/** The day with day and month exchanged, which may be no day at all. */
export function swapDayAndMonth(day: CalendarDay): CalendarDay {
  return yearOf(day) * 10_000 + (day % 100) * 100 + monthOf(day)
}

function daysBefore(year: number): number {
  const past = year - 1
  return (year - 1900) * 365 + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400) - 460
}

function dayOfYear(year: number, month: number, day: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const start = Math.floor((367 * month - 362) / 12) - (month <= 2 ? 0 : isLeap ? 1 : 2)
  return start + day
}
