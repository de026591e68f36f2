import { calendarDay, dayNumber, dayOfNumber } from '../calendar-day.js'

/** An NHS number from what a row keeps of it: its first nine digits, and one, tell the tenth. */
export function nhsFrom(stored: number): number {
  if (stored === 0) return 0
  let [left, sum] = [stored - 1, 0]
  for (let weight = 2; weight <= 10; weight += 1) {
    sum += (left % 10) * weight
    left = Math.floor(left / 10)
  }
  const check = (11 - (sum % 11)) % 11
  return (stored - 1) * 10 + check
}

const days: number[] = []

/** The day of a day number, remembered: children are born on some thousand days. */
export function dayAt(number: number): number {
  return (days[number] ??= dayOfNumber(number))
}

/** Whether a date is kept whole as a day number of sixteen bits. */
export function isKept(iso: string | undefined): boolean {
  if (iso === undefined) return true
  const number = dayNumber(calendarDay(iso))
  return number > 0 && number <= 0xffff
}
