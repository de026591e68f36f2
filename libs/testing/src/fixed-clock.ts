/** A clock that stands still until it is moved. */
export interface FixedClock {
  /** A new Date each time, so that nobody changes another's. */
  readonly now: () => Date
  advance(milliseconds: number): void
}

/** @param iso - the instant it shows at first, such as `2026-11-20T16:20:00Z` */
export function fixedClock(iso: string): FixedClock {
  let at = Date.parse(iso)
  if (Number.isNaN(at)) throw new Error(`Not an instant: ${iso}`)
  return {
    now: () => new Date(at),
    advance: (milliseconds) => {
      at += milliseconds
    },
  }
}
