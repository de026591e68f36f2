import { hash } from 'node:crypto'
import { Pool } from 'undici'
import type { ChildReference, RoutedEvent } from '#libs/events'
import { signRequest, type ProgramKeys } from '#libs/security'

/** A child as `identity` knows it, with what an event carries of it. */
export type ResolvedChild = NonNullable<RoutedEvent['child']>

/** A child to be found or registered. */
export interface ResolutionItem {
  readonly key: string
  readonly agencyId: string
  readonly agencyKind: string
  readonly child: ChildReference
  readonly recordedAt: string
  readonly purpose: string
}

export type Resolution =
  | { readonly outcome: 'resolved'; readonly child: ResolvedChild }
  | { readonly outcome: 'refused'; readonly code: string; readonly pointer: string }

/** Finds out which children events are about. */
export interface ChildResolver {
  /**
   * @returns one answer an item, in order; `undefined` where `identity` did not answer within its time, and the events are
   *   to be kept until it does
   */
  resolve(items: readonly ResolutionItem[]): Promise<readonly Resolution[] | undefined>
}

type Answered =
  | ({ readonly key: string; readonly outcome: 'resolved' } & ResolvedChild)
  | { readonly key: string; readonly outcome: 'refused'; readonly code: string; readonly pointer: string }

const path = '/internal/v1/resolutions'
const timeoutMs = 2_000

/** The door to `identity`: one signed request for all the events of a group, over connections that stay open. */
export class ResolutionClient implements ChildResolver {
  private readonly pool: Pool

  constructor(
    identityUrl: string,
    private readonly keys: ProgramKeys,
  ) {
    this.pool = new Pool(identityUrl, { connections: 4, pipelining: 1, keepAliveTimeout: 60_000 })
  }

  async resolve(items: readonly ResolutionItem[]): Promise<readonly Resolution[] | undefined> {
    const body = JSON.stringify({ items })
    const late = new AbortController()
    const timer = setTimeout(() => {
      late.abort()
    }, timeoutMs)
    try {
      const response = await this.pool.request({
        method: 'POST',
        path,
        headers: this.headersFor(body),
        body,
        signal: late.signal,
      })
      if (response.statusCode !== 200) {
        await response.body.dump()
        return undefined
      }
      return readAnswers(items, await response.body.json())
    } catch {
      // Whatever kept the answer away, the events are kept and asked about again: nothing is lost by not saying why.
      return undefined
    } finally {
      clearTimeout(timer)
    }
  }

  close(): Promise<void> {
    return this.pool.close()
  }

  private headersFor(body: string): Record<string, string> {
    const key = this.keys.outgoing.get('identity')
    if (!key) throw new Error('the key file holds no key for calls to identity')
    const signature = signRequest({
      ...key,
      method: 'POST',
      path,
      authorization: undefined,
      bodySha256Hex: hash('sha256', body, 'hex'),
      nowSeconds: Math.floor(Date.now() / 1000),
    })
    return { 'content-type': 'application/json', 'waymark-service': 'exchange', 'waymark-signature': signature }
  }
}

/** Answers are matched by key, so that a short or shuffled one can never give an event another child. */
function readAnswers(items: readonly ResolutionItem[], body: unknown): readonly Resolution[] | undefined {
  const { items: answers } = body as { items?: readonly Answered[] }
  if (!Array.isArray(answers)) return undefined
  const byKey = new Map((answers as readonly Answered[]).map((answer) => [answer.key, answer]))
  const read = items.flatMap(({ key }) => {
    const answer = byKey.get(key)
    return answer ? [resolutionFrom(answer)] : []
  })
  return read.length === items.length ? read : undefined
}

function resolutionFrom(answer: Answered): Resolution {
  if (answer.outcome === 'refused') return { outcome: 'refused', code: answer.code, pointer: answer.pointer }
  const { childId, uci, status, identifiers } = answer
  // A child too little is known of has no UCI yet; a copy about it then carries none.
  return { outcome: 'resolved', child: { childId, status, identifiers, ...(uci !== undefined && { uci }) } }
}
