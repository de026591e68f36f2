import { dayNumber, swapDayAndMonth, type CalendarDay } from '../calendar-day.js'
import { isBirthSlip } from '../compare-birth.js'

const days = 1 << 16
/** The places of day, month and the year within its decade. */
const places = [1, 10, 100, 1000, 10_000]
const longestMonth = 31

/**
 * Days on which the child of a record may be born: the one it says, and those that a slip of the pen may have made it of. By
 * their numbers, to be read once for every row that is looked at. It may hold a day that is no slip, but lacks none that is.
 */
export class BornDays {
  private readonly isMeant = new Uint8Array(days)
  private readonly meant: number[] = []

  fill(born: CalendarDay): void {
    for (const day of this.meant) this.isMeant[day] = 0
    this.meant.length = 0
    if (born === 0) return
    this.mean(born)
    this.fillSlips(born)
  }

  has(day: number): boolean {
    return this.isMeant[day] === 1
  }

  private fillSlips(born: CalendarDay): void {
    this.tryDay(born, swapDayAndMonth(born))
    for (const years of [-10, -1, 1, 10]) this.tryDay(born, born + years * 10_000)
    for (let day = 1; day <= longestMonth; day += 1) this.tryDay(born, born - (born % 100) + day)
    for (const place of places) this.fillDigits(born, place)
  }

  /** Another digit in a place, and those of two places exchanged. */
  private fillDigits(born: CalendarDay, place: number): void {
    const digit = Math.floor(born / place) % 10
    const next = Math.floor(born / (place * 10)) % 10
    for (let other = 0; other < 10; other += 1) this.tryDay(born, born + (other - digit) * place)
    this.tryDay(born, born + (next - digit) * place + (digit - next) * place * 10)
  }

  private tryDay(born: CalendarDay, other: CalendarDay): void {
    if (isBirthSlip(born, other)) this.mean(other)
  }

  private mean(day: CalendarDay): void {
    const number = dayNumber(day)
    if (number <= 0 || number >= days) return
    this.isMeant[number] = 1
    this.meant.push(number)
  }
}
