/** Lets one loop sleep until a time is over or somebody wakes it; a wake-up while it works is kept. */
export class Signal {
  private isSet = false
  private wake: (() => void) | undefined

  set(): void {
    this.isSet = true
    this.wake?.()
  }

  /** Whether somebody woke it since the last wait. */
  get isDue(): boolean {
    return this.isSet
  }

  /** Resolves at the next {@link set}, at once if there was one since the last wait, or after `ms`. */
  async wait(ms: number): Promise<void> {
    if (!this.isSet) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        this.wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      this.wake = undefined
    }
    this.isSet = false
  }
}
