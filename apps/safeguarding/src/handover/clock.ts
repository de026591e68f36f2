import type { Calendar, ClockUnit } from '../calendar/calendar.js'
import { addDays, dayOf, startOf, type Day } from '../calendar/london.js'

/** How long a receiver has, from a version of the rules. */
export interface ClockRule {
  readonly version: number
  readonly amount: number
  readonly unit: ClockUnit
}

/** The highest step: directors and safeguarding partners. */
export const lastLevel = 3

/** Working days after the due instant at which each level is reached: both contacts, both duty desks, directors. */
const workingDaysAfterDue: readonly number[] = [0, 0, 2, 5]

/** The end, in England, of the last day a rule gives. */
export function dueAt(rule: ClockRule, openedOn: Day, calendar: Calendar, area?: string): number {
  return startOf(addDays(calendar.after(openedOn, rule.amount, rule.unit, area), 1))
}

/**
 * When a handover reaches a level; `undefined` beyond the last. Half as long, rounded down, for a child on a protection
 * plan or looked after.
 */
export function levelAt(
  level: number,
  handover: { readonly dueAtMs: number; readonly isHalved: boolean },
  calendar: Calendar,
  area?: string,
): number | undefined {
  const days = workingDaysAfterDue[level]
  if (days === undefined || level > lastLevel) return undefined
  const amount = handover.isHalved ? Math.floor(days / 2) : days
  if (amount === 0) return handover.dueAtMs
  // Due at the end of a day is due at the beginning of the next: that next day is where counting begins.
  return startOf(calendar.after(dayOf(handover.dueAtMs), amount, 'working-days', area))
}
