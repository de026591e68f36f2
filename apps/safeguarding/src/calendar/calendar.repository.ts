import { Injectable } from '@nestjs/common'
import type { Sql } from '#libs/postgres'
import type { ClockRule } from '../handover/clock.js'
import type { HandoverKind } from '../handover/handover.js'
import { Calendar, type CalendarPeriod } from './calendar.js'

/** The only SQL for calendars and clock rules: both are data, and both change without a release. */
@Injectable()
export class CalendarRepository {
  async calendar(sql: Sql): Promise<Calendar> {
    const periods = await sql.query<CalendarPeriod & Record<string, unknown>>(
      `select area, kind, to_char(first_day, 'YYYY-MM-DD') as "firstDay", to_char(last_day, 'YYYY-MM-DD') as "lastDay"
         from safeguarding.calendar_period`,
    )
    return new Calendar(periods)
  }

  /** The rule of each kind in force on the database's day: of its versions the newest that has begun. */
  async rules(sql: Sql): Promise<ReadonlyMap<HandoverKind, ClockRule>> {
    const rows = await sql.query<ClockRule & { kind: HandoverKind }>(
      `select distinct on (kind) kind, version, amount, unit from safeguarding.clock_rule
        where valid_from <= current_date order by kind, version desc`,
    )
    return new Map(rows.map(({ kind, version, amount, unit }) => [kind, { version, amount, unit }]))
  }
}
