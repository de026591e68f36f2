import { Injectable } from '@nestjs/common'
import { Database } from '#libs/postgres'
import type { Calendar } from '../calendar/calendar.js'
import { CalendarRepository } from '../calendar/calendar.repository.js'
import type { ClockRule } from '../handover/clock.js'
import type { HandoverKind } from '../handover/handover.js'
import { AgencyRepository } from './agency.repository.js'
import type { Directory } from './directory.js'

/** What events are read against: agencies, calendars, clock rules. */
export interface World {
  readonly directory: Directory
  readonly calendar: Calendar
  readonly rules: ReadonlyMap<HandoverKind, ClockRule>
}

const freshMs = 5_000

/** The world, read again every five seconds: it changes rarely, and every event asks for it. */
@Injectable()
export class WorldView {
  private known: { readonly world: World; readonly atMs: number } | undefined

  constructor(
    private readonly database: Database,
    private readonly agencies: AgencyRepository,
    private readonly calendars: CalendarRepository,
  ) {}

  async now(): Promise<World> {
    const atMs = performance.now()
    if (this.known && atMs - this.known.atMs < freshMs) return this.known.world
    const [directory, calendar, rules] = await Promise.all([
      this.agencies.directory(this.database),
      this.calendars.calendar(this.database),
      this.calendars.rules(this.database),
    ])
    this.known = { world: { directory, calendar, rules }, atMs }
    return this.known.world
  }
}
