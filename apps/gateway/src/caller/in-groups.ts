const mostAtOnce = 100

interface Waiting<Q, A> {
  readonly question: Q
  readonly resolve: (answer: A) => void
  readonly reject: (error: unknown) => void
}

/**
 * Asks many questions in one round trip, without a timer: the first goes at once, and those that come while it is on its way
 * go together in the next. Each is durable before it is answered, and a commit is what it costs.
 */
export class InGroups<Q extends object, A> {
  private waiting: Waiting<Q, A>[] = []
  private isBusy = false

  /** @param askAll - answers every question given, or rejects for all of them */
  constructor(private readonly askAll: (questions: readonly Q[]) => Promise<ReadonlyMap<Q, A>>) {}

  /** @throws what the round trip of its group failed with */
  ask(question: Q): Promise<A> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ question, resolve, reject })
      if (!this.isBusy) void this.work()
    })
  }

  private async work(): Promise<void> {
    this.isBusy = true
    while (this.waiting.length > 0) await this.answer(this.waiting.splice(0, mostAtOnce))
    this.isBusy = false
  }

  private async answer(group: readonly Waiting<Q, A>[]): Promise<void> {
    try {
      const answers = await this.askAll(group.map(({ question }) => question))
      for (const { question, resolve } of group) resolve(answers.get(question) as A)
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }
}
