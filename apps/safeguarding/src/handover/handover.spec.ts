import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { Calendar, type CalendarPeriod, type ClockUnit } from '../calendar/calendar.js'
import { addDays, dayOf, isWeekend, startOf } from '../calendar/london.js'
import { dueAt, lastLevel, levelAt } from './clock.js'
import {
  handoverMoves,
  isWaiting,
  mayBecome,
  mayConfirm,
  mayDecline,
  type Handover,
  type HandoverState,
} from './handover.js'

const periods: readonly CalendarPeriod[] = [
  { area: 'england', kind: 'bank-holiday', firstDay: '2026-12-25', lastDay: '2026-12-25' },
  { area: 'england', kind: 'bank-holiday', firstDay: '2026-12-28', lastDay: '2026-12-28' },
  { area: 'england', kind: 'bank-holiday', firstDay: '2027-01-01', lastDay: '2027-01-01' },
  { area: 'england', kind: 'school-holiday', firstDay: '2026-12-21', lastDay: '2027-01-01' },
  { area: 'E06000999', kind: 'school-holiday', firstDay: '2026-12-14', lastDay: '2026-12-31' },
]
const calendar = new Calendar(periods)
const schoolRule = { version: 1, amount: 10, unit: 'school-days' } as const
const anyDay = fc.integer({ min: 0, max: 900 }).map((days) => addDays('2026-01-01', days))
const anyUnit = fc.constantFrom<ClockUnit>('school-days', 'working-days', 'days')
const states = Object.keys(handoverMoves) as HandoverState[]

function aHandover(overrides: Partial<Handover> = {}): Handover {
  return {
    id: '019a9f2e-7c3a-7d1e-9b6a-0c5d2e1f3a4b',
    kind: 'school',
    state: 'open',
    openedBy: 'larkhill-primary',
    expectedReceiver: 'st-brannocs-primary',
    council: 'northbridge-council',
    wasDeclined: false,
    level: 0,
    dueAtMs: 0,
    isHalved: false,
    ...overrides,
  }
}

describe('a handover', () => {
  it('moves as its table says and no otherwise; what is closed stays closed', () => {
    const pairs = states.flatMap((from) => states.filter((to) => mayBecome(from, to)).map((to) => `${from} > ${to}`))
    expect(pairs.sort()).toEqual(
      [
        ...['open', 'overdue'].flatMap((from) => [`${from} > overdue`, `${from} > confirmed`, `${from} > declined`]),
        ...['open', 'overdue', 'declined'].map((from) => `${from} > closed-by-custodian`),
        ...['open', 'overdue'].map((from) => `${from} > retracted`),
        'declined > open',
      ].sort(),
    )
    expect(states.filter((state) => isWaiting({ state }))).toEqual(['open', 'overdue'])
  })

  it('is never closed by time, whatever the order of clock and words', () => {
    const anyMove = fc.array(fc.constantFrom<HandoverState>('overdue', 'declined', 'open'), { maxLength: 20 })
    fc.assert(
      fc.property(anyMove, (moves) => {
        const end = moves.reduce<HandoverState>((state, to) => (mayBecome(state, to) ? to : state), 'open')
        expect(['open', 'overdue', 'declined']).toContain(end)
      }),
    )
  })

  it('believes the receiver it waits for; the council only where nobody is expected or the one expected said no', () => {
    const says = (id: string, handover: Handover, isHealthVisiting = false): boolean =>
      mayConfirm(handover, { id, isHealthVisiting })
    expect(says('st-brannocs-primary', aHandover())).toBe(true)
    for (const other of ['larkhill-primary', 'northbridge-council', 'vale-police'])
      expect(says(other, aHandover())).toBe(false)
    expect(says('northbridge-council', aHandover({ wasDeclined: true }))).toBe(true)
    expect(says('northbridge-council', aHandover({ expectedReceiver: undefined }))).toBe(true)
    expect(says('northbridge-hospitals', aHandover(), true)).toBe(false)
    expect(says('northbridge-hospitals', aHandover({ kind: 'temporary-accommodation' }), true)).toBe(true)
    expect([mayDecline(aHandover(), 'st-brannocs-primary'), mayDecline(aHandover(), 'larkhill-primary')]).toEqual([
      true,
      false,
    ])
  })
})

describe('the clock of a handover', () => {
  it('knows the days of England, summer and winter', () => {
    expect(new Date(startOf('2026-07-01')).toISOString()).toBe('2026-06-30T23:00:00.000Z')
    expect(new Date(startOf('2026-12-01')).toISOString()).toBe('2026-12-01T00:00:00.000Z')
    fc.assert(
      fc.property(anyDay, (day) => {
        expect([dayOf(startOf(day)), dayOf(startOf(day) - 1)]).toEqual([day, addDays(day, -1)])
      }),
    )
  })

  it('counts ten school days, and an area by its own holidays', () => {
    expect(new Date(dueAt(schoolRule, '2026-11-20', calendar)).toISOString()).toBe('2026-12-05T00:00:00.000Z')
    expect(calendar.after('2026-12-18', 1, 'school-days')).toBe('2027-01-04')
    expect(calendar.after('2026-12-11', 1, 'school-days', 'E06000999')).toBe('2027-01-04')
    expect(calendar.after('2026-12-24', 1, 'working-days')).toBe('2026-12-29')
  })

  it('never ends on a day that it does not count, nor sooner than as many days as it counts', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 1, max: 45 }), anyUnit, (from, amount, unit) => {
        const end = calendar.after(from, amount, unit)
        expect(calendar.counts(end, unit)).toBe(true)
        expect(end >= addDays(from, amount)).toBe(true)
        const counted = Array.from({ length: 400 }, (_, n) => addDays(from, n + 1)).filter((day) => day <= end)
        expect(counted.filter((day) => calendar.counts(day, unit))).toHaveLength(amount)
        if (unit !== 'days') expect(isWeekend(end)).toBe(false)
      }),
    )
  })

  it('reaches each level later than the one before, sooner for a child on a plan, and stops at the last', () => {
    fc.assert(
      fc.property(anyDay, fc.boolean(), (from, isHalved) => {
        const handover = { dueAtMs: dueAt(schoolRule, from, calendar), isHalved }
        const at = [1, 2, 3].map((level) => levelAt(level, handover, calendar) ?? 0)
        expect(at[0]).toBe(handover.dueAtMs)
        expect((at[0] ?? 0) < (at[1] ?? 0) && (at[1] ?? 0) < (at[2] ?? 0)).toBe(true)
        expect(levelAt(lastLevel + 1, handover, calendar)).toBeUndefined()
        const halved = levelAt(3, { ...handover, isHalved: true }, calendar) ?? 0
        expect(halved <= (levelAt(3, { ...handover, isHalved: false }, calendar) ?? 0)).toBe(true)
      }),
    )
  })
})
