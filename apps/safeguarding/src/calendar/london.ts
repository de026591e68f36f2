/** A day in England, `YYYY-MM-DD`. */
export type Day = string

const dayMs = 86_400_000
const inLondon = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London', dateStyle: 'short' })
const hourInLondon = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: '2-digit', hourCycle: 'h23' })

/** The day it is in England at an instant. */
export function dayOf(instantMs: number): Day {
  return inLondon.format(instantMs)
}

/** The instant at which a day begins in England: an hour before UTC's midnight in summer. */
export function startOf(day: Day): number {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  const isSummer = Number(hourInLondon.format(midnight)) === 1
  return isSummer ? midnight - 3_600_000 : midnight
}

/** The day some days later, or earlier. */
export function addDays(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)
}

/** Whether a day is a Saturday or a Sunday. */
export function isWeekend(day: Day): boolean {
  return [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay())
}
