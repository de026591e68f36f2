import type { Asked } from './answer-feeds.js'
import type { FeedPage } from './feed-page.js'
import { Turnstile } from './turnstile.js'
import { ownLine } from './line.js'

interface Waiting {
  readonly asked: Asked
  readonly resolve: (page: FeedPage) => void
  readonly reject: (error: unknown) => void
}

/** From the first feed that is ready to the answer: those that one commit has woken come within it. */
const gatherMs = 2
const mostTogether = 16
const transactionsAtOnce = 8

/**
 * Answers feeds that are ready at the same time with one transaction: it costs its round trips, whoever it is for.
 *
 * Of one recipient no two are answered at once. Where a group fails, each of it is answered alone, so that what is wrong
 * with one feed is not told to another.
 */
export class AnswerTogether {
  private readonly turnstile = new Turnstile(transactionsAtOnce)
  private readonly waiting = new Set<Waiting>()
  private readonly busy = new Set<string>()
  private gathering: NodeJS.Timeout | undefined

  /** @param answer - answers some feeds, of each recipient one, in order */
  constructor(private readonly answer: (asked: readonly Asked[]) => Promise<readonly FeedPage[]>) {}

  /** Of a feed with few new slots, as have those that waited. */
  soon(asked: Asked): Promise<FeedPage> {
    return new Promise((resolve, reject) => {
      this.waiting.add({ asked, resolve, reject })
      this.gathering ??= setTimeout(() => {
        this.gathering = undefined
        this.start()
      }, gatherMs)
    })
  }

  /** Of a feed that may have many: nobody else is made to wait for it. */
  alone(asked: Asked): Promise<FeedPage> {
    return this.turnstile.pass(() => this.answerOne(asked))
  }

  private start(): void {
    for (let group = this.take(); group.length > 0; group = this.take()) void this.run(group)
  }

  private take(): readonly Waiting[] {
    const group: Waiting[] = []
    for (const one of this.waiting) {
      const line = ownLine(one.asked.caller)
      if (group.length >= mostTogether || this.busy.has(line)) continue
      this.busy.add(line)
      this.waiting.delete(one)
      group.push(one)
    }
    return group
  }

  private async run(group: readonly Waiting[]): Promise<void> {
    try {
      await this.turnstile.pass(() => this.answerAll(group))
    } finally {
      for (const { asked } of group) this.busy.delete(ownLine(asked.caller))
      this.start()
    }
  }

  private async answerAll(group: readonly Waiting[]): Promise<void> {
    try {
      const pages = await this.answer(group.map(({ asked }) => asked))
      group.forEach(({ resolve }, n) => {
        resolve(pages[n] as FeedPage)
      })
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error)
      else for (const { asked, resolve, reject } of group) await this.answerOne(asked).then(resolve, reject)
    }
  }

  private async answerOne(asked: Asked): Promise<FeedPage> {
    const [page] = await this.answer([asked])
    return page as FeedPage
  }
}
