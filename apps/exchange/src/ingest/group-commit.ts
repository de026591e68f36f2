import { setImmediate as nextTurn } from 'node:timers/promises'

interface Waiting<T, R> {
  readonly item: T
  readonly resolve: (result: R) => void
  readonly reject: (error: unknown) => void
}

/** A group that is worth its round trips as it is: who comes next is prepared while it is written. */
const plenty = 64

/**
 * Shares one piece of work among all who ask for it while another is under way; no timer, so nobody waits for company.
 *
 * Guarantees: groups run one after another, in order of submission and in that order within a group; each caller is
 * answered after the group that held its item. A group that fails fails for each of its callers, and no other.
 */
export class GroupCommit<T, R> {
  private waiting: Waiting<T, R>[] = []
  private isRunning = false

  /**
   * @param commit - does the work; one result an item, in order
   * @param most - items a group has at most
   */
  constructor(
    private readonly commit: (items: readonly T[]) => Promise<readonly R[]>,
    private readonly most: number,
  ) {}

  submit(item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject })
      if (this.isRunning) return
      this.isRunning = true
      void this.run()
    })
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      await this.gather()
      const group = this.waiting.slice(0, this.most)
      this.waiting = this.waiting.slice(this.most)
      await this.runGroup(group)
    }
    this.isRunning = false
  }

  /** Whatever arrives turn after turn of the event loop shares the group: a burst is not cut where its first item stood. */
  private async gather(): Promise<void> {
    let seen: number
    do {
      seen = this.waiting.length
      await nextTurn()
    } while (this.waiting.length > seen && this.waiting.length < Math.min(plenty, this.most))
  }

  private async runGroup(group: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const results = await this.commit(group.map(({ item }) => item))
      if (results.length !== group.length) throw new Error('A group was answered with another number of results')
      group.forEach(({ resolve }, n) => {
        resolve(results[n] as R)
      })
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }
}
