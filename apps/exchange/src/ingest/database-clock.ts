/**
 * The database's clock, as this program knows it without asking: the last answer, moved on by a steady clock of its own.
 *
 * Windows, dates and instants of acceptance follow the database, so that a program whose own clock is wrong, or steps,
 * decides nothing differently.
 */
export class DatabaseClock {
  private offsetMs: number

  /** @param steadyMs - milliseconds that never step */
  constructor(private readonly steadyMs: () => number = () => performance.now()) {
    this.offsetMs = Date.now() - steadyMs()
  }

  /** Notes what the database said the time was; the answer may be younger than `now` by the way back. */
  observe(now: Date): void {
    this.offsetMs = now.getTime() - this.steadyMs()
  }

  nowMs(): number {
    return Math.floor(this.steadyMs() + this.offsetMs)
  }
}
