/** What became of one piece of work: its result, or why there is none. */
export type Ended<Result> = { readonly value: Result } | { readonly error: unknown }

interface Waiting<Item, Result> {
  readonly item: Item
  readonly resolve: (value: Result) => void
  readonly reject: (error: unknown) => void
}

/** How much is done together. */
interface GatheringLimits {
  /** Groups under way at once. */
  readonly atOnce: number
  /** Pieces of one group. */
  readonly most: number
}

/** Does together what comes in while earlier groups are under way: the busier, the more share one transaction. */
export class Gathering<Item, Result> {
  private running = 0
  private readonly waiting: Waiting<Item, Result>[] = []

  /** @param work - one end a piece, in order; where it throws, every piece of the group ends so */
  constructor(
    private readonly work: (items: readonly Item[]) => Promise<readonly Ended<Result>[]>,
    private readonly limits: GatheringLimits,
  ) {}

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject })
      this.begin()
    })
  }

  /** What comes in the same turn of the event loop goes together. */
  private begin(): void {
    if (this.running >= this.limits.atOnce || this.waiting.length === 0) return
    this.running += 1
    setImmediate(() => {
      void this.run().finally(() => {
        this.running -= 1
        this.begin()
      })
    })
  }

  private async run(): Promise<void> {
    const group = this.waiting.splice(0, this.limits.most)
    if (group.length === 0) return
    const ends = await this.work(group.map(({ item }) => item)).catch((error: unknown) => group.map(() => ({ error })))
    group.forEach(({ resolve, reject }, at) => {
      const end = ends[at] ?? { error: new Error('A piece of work was left without an end') }
      if ('value' in end) resolve(end.value)
      else reject(end.error)
    })
  }
}
