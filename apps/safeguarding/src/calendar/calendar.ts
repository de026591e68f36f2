import { addDays, isWeekend, type Day } from './london.js'

/** How a clock counts. */
export type ClockUnit = 'school-days' | 'working-days' | 'days'

/** A stretch of days on which schools, or everybody, are closed in an area; `england` where an area has none of its own. */
export interface CalendarPeriod {
  readonly area: string
  readonly kind: 'bank-holiday' | 'school-holiday'
  readonly firstDay: Day
  readonly lastDay: Day
}

const national = 'england'

/** Working and school days of each area, from data. */
export class Calendar {
  constructor(private readonly periods: readonly CalendarPeriod[]) {}

  /** Whether a clock of this unit counts the day. */
  counts(day: Day, unit: ClockUnit, area?: string): boolean {
    if (unit === 'days') return true
    if (isWeekend(day) || this.isIn(day, 'bank-holiday', area)) return false
    return unit === 'working-days' || !this.isIn(day, 'school-holiday', area)
  }

  /** The day on which the `amount`th counted day after `from` falls; `from` itself is never counted. */
  after(from: Day, amount: number, unit: ClockUnit, area?: string): Day {
    let day = from
    for (let left = amount; left > 0;) {
      day = addDays(day, 1)
      if (this.counts(day, unit, area)) left--
    }
    return day
  }

  /** An area's own periods of a kind go before the national ones: it has said when its schools are closed. */
  private isIn(day: Day, kind: CalendarPeriod['kind'], area = national): boolean {
    const own = this.periods.filter((period) => period.kind === kind && period.area === area)
    const periods =
      own.length > 0 ? own : this.periods.filter((period) => period.kind === kind && period.area === national)
    return periods.some(({ firstDay, lastDay }) => firstDay <= day && day <= lastDay)
  }
}
