import { setTimeout as sleep } from 'node:timers/promises'
import type { AnswerTogether } from './answer-together.js'
import type { FeedPage, FeedQuestion } from './feed-page.js'
import type { FeedRepository } from './feed.repository.js'
import type { FeedWaiters, Heard } from './feed-waiters.js'
import { ownLine } from './line.js'

/**
 * A feed that was answered rests half as long as the answer took, within these bounds: what is numbered meanwhile goes out
 * together, the more of it the more there is to do.
 */
const restFactor = 0.5
const fewestRestMs = 5
const mostRestMs = 20
/** So many new slots are no quick answer: others do not wait with it. */
const many = 50n

/** What the last answer of a feed says of the next question. */
interface Last {
  readonly atMs: number
  /** How long it took, from the news to the answer. */
  readonly tookMs: number
  /** The end of the line then. */
  readonly head: bigint
  /** How often news of the line had come before it was read. */
  readonly news: number
}

/**
 * Reads a feed: waits for something new, and answers once each slot is checked and the disclosure of each copy is on record.
 */
export class ReadFeed {
  private readonly last = new Map<string, Last>()

  constructor(
    private readonly parts: {
      feeds: Pick<FeedRepository, 'state'>
      waiters: FeedWaiters
      answers: Pick<AnswerTogether, 'soon' | 'alone'>
      steadyMs?: () => number
    },
  ) {}

  async read(question: FeedQuestion): Promise<FeedPage> {
    const line = ownLine(question.caller)
    const deadlineMs = this.now() + question.waitMs
    let news = this.parts.waiters.newsOf(line)
    let page = this.isAtEnd(question) ? undefined : await this.look(question)
    while (!page?.events.length) {
      if (this.isOver(question, deadlineMs)) return page ?? this.look(question)
      const heard = news !== this.parts.waiters.newsOf(line) || (await this.wait(question, deadlineMs))
      news = this.parts.waiters.newsOf(line)
      page = await this.pageOf(heard, question)
    }
    return page
  }

  private async pageOf(heard: Heard, question: FeedQuestion): Promise<FeedPage | undefined> {
    if (typeof heard === 'object') return this.given(ownLine(question.caller), heard)
    return heard ? this.answer(question, false) : undefined
  }

  private isOver({ gone }: FeedQuestion, deadlineMs: number): boolean {
    return gone.aborted || this.parts.waiters.isEnding || deadlineMs <= this.now()
  }

  private now(): number {
    return this.parts.steadyMs?.() ?? performance.now()
  }

  /** Whether the client has all there was when it was answered last, and no news came since. */
  private isAtEnd({ caller, after }: FeedQuestion): boolean {
    const line = ownLine(caller)
    const last = this.last.get(line)
    return last?.head === after && last.news === this.parts.waiters.newsOf(line)
  }

  /** What there is now; empty where there is nothing new, or nobody there to have it. */
  private async look(question: FeedQuestion): Promise<FeedPage> {
    const line = ownLine(question.caller)
    const state = await this.parts.feeds.state(line)
    if (state.head <= question.after || question.gone.aborted) return { events: [], state }
    return this.answer(question, state.head - question.after > many)
  }

  /** Waits for news, or for the page itself; where there are news, until this feed may be answered again. */
  private async wait(question: FeedQuestion, deadlineMs: number): Promise<Heard> {
    const heard = await this.parts.waiters.wait(question, deadlineMs - this.now())
    const soonestMs = Math.min(this.restedMs(ownLine(question.caller)), deadlineMs)
    if (heard === true && soonestMs > this.now()) await sleep(soonestMs - this.now())
    return heard
  }

  /** A page that came with the news. */
  private given(line: string, page: FeedPage): FeedPage {
    this.last.set(line, {
      ...{ atMs: this.now(), tookMs: 0, head: page.state.head },
      news: this.parts.waiters.newsOf(line),
    })
    return page
  }

  private restedMs(agencyId: string): number {
    const { atMs, tookMs } = this.last.get(agencyId) ?? { atMs: -Infinity, tookMs: 0 }
    return atMs + Math.min(mostRestMs, Math.max(fewestRestMs, restFactor * tookMs))
  }

  private async answer(question: FeedQuestion, isLong: boolean): Promise<FeedPage> {
    const line = ownLine(question.caller)
    const news = this.parts.waiters.newsOf(line)
    const fromMs = this.now()
    const page = await (isLong ? this.parts.answers.alone(question) : this.parts.answers.soon(question))
    const atMs = this.now()
    this.last.set(line, { atMs, tookMs: atMs - fromMs, head: page.state.head, news })
    return page
  }
}
