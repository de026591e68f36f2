/** Answers kept by key, the least lately used thrown out first. */
export class Remembered<T> {
  private readonly answers = new Map<string, T>()

  constructor(private readonly most: number) {}

  /** The answer kept under `key`, or the one that `work` gives now. */
  get(key: string, work: () => T): T {
    const known = this.answers.get(key)
    const answer = known ?? work()
    this.answers.delete(key)
    this.answers.set(key, answer)
    if (this.answers.size > this.most) this.answers.delete(this.answers.keys().next().value ?? key)
    return answer
  }
}
