import { dayOfNumber } from '../calendar-day.js'

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
