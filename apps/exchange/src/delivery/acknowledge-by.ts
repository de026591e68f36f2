import type { Urgency } from '#libs/events'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const schoolDayBeginsMs = 8.5 * hourMs
const workBeginsMs = 9 * hourMs
const workEndsMs = 17 * hourMs

const london = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  hourCycle: 'h23',
  ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
})

/**
 * When an event must be acknowledged, by its urgency: minutes (15), before the next school day begins at 08:30 or within 4
 * working hours, 1 working day, 5, 14 days. Working hours are 9 to 5, Monday to Friday, in London; holidays are not known.
 *
 * @param fromMs - when the copy was made ready, by the hub's clock
 */
export function acknowledgeBy(urgency: Urgency, fromMs: number): Date {
  switch (urgency) {
    case 'U0':
      return new Date(fromMs + 15 * minuteMs)
    case 'U1':
      return new Date(fromWall(Math.min(nextSchoolDay(toWall(fromMs)), afterWorkingHours(toWall(fromMs), 4))))
    case 'U2':
      return new Date(fromWall(afterWorkingDays(toWall(fromMs), 1)))
    case 'U3':
      return new Date(fromWall(afterWorkingDays(toWall(fromMs), 5)))
    case 'U4':
      return new Date(fromMs + 14 * dayMs)
  }
}

/** What clocks in London show, as if they showed UTC. */
function toWall(ms: number): number {
  return Math.floor(ms / 1000) * 1000 + offsetAt(ms)
}

const offsetsMs = new Map<number, number>()
const mostOffsets = 1000

/** How far London is ahead of UTC. It changes at full hours only, and asking the formatter costs more than all else here. */
function offsetAt(ms: number): number {
  const hour = Math.floor(ms / hourMs)
  const known = offsetsMs.get(hour)
  if (known !== undefined) return known
  if (offsetsMs.size >= mostOffsets) offsetsMs.clear()
  const offsetMs = shownAt(hour * hourMs) - hour * hourMs
  offsetsMs.set(hour, offsetMs)
  return offsetMs
}

function shownAt(ms: number): number {
  const parts = new Map(london.formatToParts(ms).map(({ type, value }) => [type, Number(value)]))
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
}

function fromWall(wall: number): number {
  const guess = wall - (toWall(wall) - wall)
  return guess - (toWall(guess) - wall)
}

function startOfDay(wall: number): number {
  return Math.floor(wall / dayMs) * dayMs
}

function isWorkingDay(wall: number): boolean {
  const day = new Date(wall).getUTCDay()
  return day !== 0 && day !== 6
}

function nextSchoolDay(wall: number): number {
  for (let day = startOfDay(wall); ; day += dayMs) {
    if (isWorkingDay(day) && day + schoolDayBeginsMs > wall) return day + schoolDayBeginsMs
  }
}

function afterWorkingHours(wall: number, hours: number): number {
  let leftMs = hours * hourMs
  for (let day = startOfDay(wall); ; day += dayMs) {
    const beginsMs = Math.max(wall, day + workBeginsMs)
    const workMs = isWorkingDay(day) ? Math.max(0, day + workEndsMs - beginsMs) : 0
    if (workMs >= leftMs) return beginsMs + leftMs
    leftMs -= workMs
  }
}

function afterWorkingDays(wall: number, days: number): number {
  let at = wall
  for (let left = days; left > 0;) {
    at += dayMs
    if (isWorkingDay(at)) left -= 1
  }
  return at
}
