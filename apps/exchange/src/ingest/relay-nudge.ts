/** What is to be woken after a commit: the relay, once it runs. */
export class RelayNudge {
  private wake: () => void = () => undefined

  attach(wake: () => void): void {
    this.wake = wake
  }

  readonly now = (): void => {
    this.wake()
  }
}
