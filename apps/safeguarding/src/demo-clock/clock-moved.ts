/** Tells the clock of handovers that time has moved. */
export class ClockMoved {
  private listener: () => void = () => undefined

  listen(listener: () => void): void {
    this.listener = listener
  }

  tell(): void {
    this.listener()
  }
}
