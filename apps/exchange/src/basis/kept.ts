const freshMs = 1_000

/**
 * Something read from the database and kept for a second, for decisions whose commit, or whose disclosure, checks again.
 * Those who find it stale share one load.
 */
export class Kept<T> {
  private value: T | undefined
  private loadedAtMs = Number.NEGATIVE_INFINITY
  private loading: Promise<T> | undefined

  constructor(
    private readonly load: () => Promise<T>,
    private readonly steadyMs: () => number = () => performance.now(),
  ) {}

  async get(): Promise<T> {
    if (this.value !== undefined && this.steadyMs() - this.loadedAtMs <= freshMs) return this.value
    return (this.loading ??= this.reload())
  }

  /** Forgets it after a change of our own; a load under way is still answered, and no longer kept. */
  forget(): void {
    this.value = undefined
    this.loading = undefined
  }

  private reload(): Promise<T> {
    const loading = this.load()
      .then((value) => {
        if (this.loading !== loading) return value
        this.value = value
        this.loadedAtMs = this.steadyMs()
        return value
      })
      .finally(() => {
        if (this.loading === loading) this.loading = undefined
      })
    return loading
  }
}
