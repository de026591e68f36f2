import { randomUUID } from 'node:crypto'
import { connect, type ClientAnswer, type WaymarkClient } from '#libs/client'
import type { PostedEvent } from '#libs/events'
import { identifiersOf, particularsOf, type InventedChild } from './children.js'
import { until } from './until.js'

/** A copy, as its recipient opened it. */
export interface Copy {
  readonly kind: 'copy'
  readonly sequence: number
  /** The sender's own id. */
  readonly id: string
  readonly source: string
  readonly type: string
  readonly subject?: string
  readonly data: Readonly<Record<string, unknown>> & { readonly body: Readonly<Record<string, unknown>> }
}

/** A slot without a copy: nothing may be read there any more, or an earlier one is taken back. */
interface Withdrawn {
  readonly kind: 'withdrawn'
  readonly sequence: number
  readonly reason: string
  readonly withdraws?: number
}

export type Slot = Copy | Withdrawn

export interface GraphQLBody {
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly errors?: readonly {
    readonly message: string
    readonly path?: readonly unknown[]
    readonly extensions: { readonly code: string }
  }[]
  readonly extensions?: {
    readonly accessReceipts?: readonly Readonly<Record<'recordId' | 'commitment' | 'service', string>>[]
    readonly coverage?: unknown
  }
}

/** What an accepted event is answered with. */
export interface Receipt {
  readonly eventId: string
  readonly source: string
  readonly id: string
  readonly bodyDigest: string
  readonly acceptedAt: string
  readonly accessReceipt: { readonly recordId: string; readonly commitment: string }
  readonly signature: string
}

const usual: Readonly<Record<string, { readonly purpose: string; readonly actor: string }>> = {
  auditor: { purpose: 'audit', actor: 'auditor;e2e-1' },
  'data-protection-officer': { purpose: 'subject-rights', actor: 'data-protection-officer;e2e-1' },
  'data-steward': { purpose: 'identity-quality', actor: 'data-steward;e2e-1' },
  'guardian-desk': { purpose: 'safeguard-child', actor: 'guardian-desk;e2e-1' },
}

/** One agency's program, as tests drive it through the public doors. */
export class Agency {
  readonly client: WaymarkClient
  readonly asks: { readonly purpose: string; readonly actor: string }

  constructor(
    connectionFile: string,
    readonly name: string,
  ) {
    this.client = connect(connectionFile, name)
    this.asks = usual[name] ?? { purpose: 'safeguard-child', actor: 'lead-social-worker;e2e-1' }
  }

  /** A request with the usual purpose and actor. */
  request(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
    return this.client.request(method, path, { ...this.asks, headers, ...(body !== undefined && { body }) })
  }

  post(event: object): Promise<ClientAnswer> {
    return this.client.postEvent(event)
  }

  /** Posts an event that must be taken. */
  async publish(event: PostedEvent): Promise<Receipt> {
    const answer = await this.post(event)
    if (answer.status !== 202)
      throw new Error(`${event.type} was not taken: ${answer.status} ${answer.bytes.toString()}`)
    return answer.body as Receipt
  }

  async ask(operation: string, variables: Readonly<Record<string, unknown>>): Promise<GraphQLBody> {
    return (await this.client.graphql(operation, variables, this.asks)).body as GraphQLBody
  }

  /** Asks in free text, which the sandbox allows. */
  async query(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<GraphQLBody> {
    return (await this.request('POST', '/graphql', { query, variables })).body as GraphQLBody
  }

  /** `/v1/resolve` as this agency would send a record of its own. */
  resolve(child: InventedChild, overrides: Readonly<Record<string, unknown>> = {}): Promise<ClientAnswer> {
    const identifiers = identifiersOf(child, this.name.includes('primary') ? ['upn'] : ['nhs'])
    return this.request('POST', '/v1/resolve', {
      mode: 'register',
      source: `urn:waymark:agency:${this.name}`,
      sourceRecordId: `record-${randomUUID()}`,
      recordedAt: new Date().toISOString(),
      purpose: 'safeguard-child',
      ...particularsOf(child),
      identifiers,
      ...overrides,
    })
  }

  async uciOf(child: InventedChild): Promise<string> {
    const answer = await this.resolve(child)
    const { uci } = answer.body as { uci?: string }
    if (uci === undefined) throw new Error(`No UCI: ${answer.status} ${answer.bytes.toString()}`)
    return uci
  }

  async status(): Promise<{ head: number; sent: number; acknowledged: number }> {
    return (await this.request('GET', '/v1/feed/status')).body as { head: number; sent: number; acknowledged: number }
  }

  /** Everything in the feed after a number, opened; without gaps, or the client throws. */
  async slotsAfter(after: number): Promise<readonly Slot[]> {
    const all: Slot[] = []
    for (;;) {
      const { events } = await this.client.feed({ after: after + all.length, limit: 500, ...this.asks })
      all.push(...events.map((event) => this.opened(event)))
      if (events.length < 500) return all
    }
  }

  /** Waits for the copy of an event. */
  async awaitCopy({ id }: { readonly id: string }, after = 0, withinMs = 20_000): Promise<Copy> {
    return until(
      `${this.name} has a copy of ${id}`,
      async () => (await this.slotsAfter(after)).find((slot): slot is Copy => slot.kind === 'copy' && slot.id === id),
      { withinMs },
    )
  }

  private opened(event: { readonly type: string; readonly sequence: string; readonly data: unknown }): Slot {
    const sequence = Number(event.sequence)
    if (event.type === 'uk.waymark.hub.copy.sealed.v1')
      return { ...(JSON.parse(this.client.open(event.data)) as Copy), kind: 'copy', sequence }
    const { reason, withdraws } = event.data as { reason: string; withdraws?: string }
    return { kind: 'withdrawn', sequence, reason, ...(withdraws !== undefined && { withdraws: Number(withdraws) }) }
  }
}
