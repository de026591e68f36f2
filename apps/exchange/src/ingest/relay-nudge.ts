/** What is to be woken after a commit: the relay, once it runs. */
export class RelayNudge {
  private wake: (what: 'all' | 'records') => void = () => undefined

  attach(wake: (what: 'all' | 'records') => void): void {
    this.wake = wake
  }

  readonly now = (): void => {
    this.wake('all')
  }

  /** After a commit that wrote nothing to be relayed but records of accesses. */
  readonly records = (): void => {
    this.wake('records')
  }
}
