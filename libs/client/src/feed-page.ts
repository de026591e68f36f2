import type { ClientAnswer } from './client-answer.js'

/** A slot of a feed as it travels: a sealed copy (`data` is a JWE) or a tombstone (`data` is an object). */
interface FeedEvent {
  readonly id: string
  readonly type: string
  /** 19 digits, so that text order is number order. */
  readonly sequence: string
  readonly data: unknown
}

/** One page of a feed, in order and without a gap. */
export interface FeedPage {
  readonly events: readonly FeedEvent[]
  /** The last number there is. */
  readonly head: number
  readonly acknowledged: number
  /** Changes when the hub was restored from a backup: read again from what you acknowledged. */
  readonly epoch: number
}

/** Numbers are missing or out of order: what came between may be lost, so nothing after it may be acknowledged. */
export class FeedGap extends Error {
  constructor(
    readonly expected: number,
    readonly found: number,
  ) {
    super(`The feed goes on with ${found} where ${expected} was due`)
    this.name = 'FeedGap'
  }
}

/** The hub refused; `code` is from its error catalogue. */
export class RequestRefused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(`The hub refused: ${status} ${code}`)
    this.name = 'RequestRefused'
  }
}

/** @throws RequestRefused when the answer is not 2xx */
export function accepted(answer: ClientAnswer): ClientAnswer {
  if (answer.status >= 200 && answer.status < 300) return answer
  const { code } = (answer.body ?? {}) as { code?: string }
  throw new RequestRefused(answer.status, code ?? 'unknown')
}

/**
 * Reads a feed page.
 *
 * @param after - the number the page was asked for after
 * @throws FeedGap, RequestRefused
 */
export function readFeedPage(answer: ClientAnswer, after: number): FeedPage {
  const events = accepted(answer).body as readonly FeedEvent[]
  events.forEach(({ sequence }, index) => {
    if (Number(sequence) !== after + 1 + index) throw new FeedGap(after + 1 + index, Number(sequence))
  })
  const numberIn = (name: string): number => Number(answer.headers.get(name) ?? 0)
  return {
    events,
    head: numberIn('waymark-feed-head'),
    acknowledged: numberIn('waymark-feed-acknowledged'),
    epoch: numberIn('waymark-feed-epoch'),
  }
}
