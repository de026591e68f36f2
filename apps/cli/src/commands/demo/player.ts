import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientAnswer, WaymarkClient } from '#libs/client'
import type { PostedEvent } from './events.js'
import { persistently, whileAway } from './persistently.js'
import type { Story } from './story.js'

/** What a delivered copy says, once its recipient has opened it. */
interface OpenedCopy {
  readonly sequence: number
  readonly type: string
  readonly id: string
  readonly data: Readonly<Record<string, unknown>> & { readonly body?: Readonly<Record<string, unknown>> }
}

/** A slot of a feed: a copy that was opened, or a tombstone or withdrawal. */
export type Slot =
  | { readonly kind: 'copy'; readonly sequence: number; readonly copy: OpenedCopy }
  | { readonly kind: 'withdrawn'; readonly sequence: number; readonly reason: string; readonly withdraws?: number }

const patienceMs = 60_000

/** One agency's (or hub role's) program on the stage: it speaks to the hub and the story tells of it. */
export class Player {
  private readTo = 0

  constructor(
    readonly name: string,
    private readonly client: WaymarkClient,
    private readonly story: Story,
    private readonly asks: { readonly purpose: string; readonly actor: string },
  ) {}

  /** Posts an event and answers with its receipt; `quiet` leaves it out of the story. */
  async post(event: PostedEvent): Promise<{ readonly eventId: string }> {
    this.story.asked(this.name, 'POST /v1/events', { type: event.type, data: event['data'] })
    const answer = await persistently(() => this.client.postEvent(event))
    this.story.answered(answer.status, answer.body)
    this.story.prove(answer.status === 202, `accepted with a signed receipt that says nothing of the child`)
    return answer.body as { eventId: string }
  }

  async send(method: string, path: string, body?: unknown, purpose?: string): Promise<ClientAnswer> {
    this.story.asked(this.name, `${method} ${path}`, body)
    const answer = await this.request(method, path, body, purpose)
    this.story.answered(answer.status, answer.body)
    return answer
  }

  request(method: string, path: string, body?: unknown, purpose?: string): Promise<ClientAnswer> {
    const request = {
      purpose: purpose ?? this.asks.purpose,
      actor: this.asks.actor,
      ...(body !== undefined && { body }),
    }
    return persistently(() => this.client.request(method, path, request))
  }

  async ask(operation: string, variables: Readonly<Record<string, unknown>>, told = true): Promise<GraphQLAnswer> {
    if (told) this.story.asked(this.name, `POST /graphql ${operation}`, variables)
    const answer = await persistently(() => this.client.graphql(operation, variables, this.asks))
    if (told) this.story.answered(answer.status, answer.body)
    return answer.body as GraphQLAnswer
  }

  /** Asks in free text, which a sandbox allows. */
  async query(query: string, variables: Readonly<Record<string, unknown>>): Promise<GraphQLAnswer> {
    const answer = await this.request('POST', '/graphql', { query, variables })
    return answer.body as GraphQLAnswer
  }

  /** Waits until a slot that fits arrives in the feed, and answers with it; what is read is not acknowledged. */
  async awaits(what: string, fits: (slot: Slot) => boolean): Promise<Slot> {
    const until = Date.now() + patienceMs
    for (let after = this.readTo; Date.now() < until;) {
      const slots = await this.slots(after, 2)
      const found = slots.find(fits)
      if (found !== undefined) {
        this.story.say(`${this.name}'s feed: number ${found.sequence}, ${describe(found)}`)
        return found
      }
      after = slots.at(-1)?.sequence ?? after
    }
    this.story.prove(false, `${this.name} has in its feed: ${what}`)
    throw new Error('unreachable')
  }

  /** Everything in the feed after a number, opened. */
  async slots(after = this.readTo, waitSeconds = 0): Promise<readonly Slot[]> {
    const { events } = await whileAway(() => this.client.feed({ after, wait: waitSeconds, limit: 500, ...this.asks }))
    return events.map((event) => this.opened(event))
  }

  /** Acknowledges everything there is, and starts from there. */
  async catchUp(): Promise<void> {
    for (;;) {
      const slots = await this.slots()
      const last = slots.at(-1)?.sequence
      if (last === undefined) return
      await whileAway(() => this.client.acknowledge(last))
      this.readTo = last
    }
  }

  private opened(event: { readonly type: string; readonly sequence: string; readonly data: unknown }): Slot {
    const sequence = Number(event.sequence)
    if (event.type === 'uk.waymark.hub.copy.sealed.v1') {
      const copy = JSON.parse(this.client.open(event.data)) as Omit<OpenedCopy, 'sequence'>
      return { kind: 'copy', sequence, copy: { ...copy, sequence } }
    }
    const { reason, withdraws } = event.data as { reason: string; withdraws?: string }
    return { kind: 'withdrawn', sequence, reason, ...(withdraws !== undefined && { withdraws: Number(withdraws) }) }
  }
}

/** A GraphQL answer as it came. */
export interface GraphQLAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[]
  readonly extensions?: { readonly accessReceipts?: readonly { readonly recordId: string; readonly service: string }[] }
}

/** Whether a slot holds a copy of this type (short form), and of this event where one is named. */
export function copyOf(type: string, sourceEventId?: string): (slot: Slot) => boolean {
  return (slot) =>
    slot.kind === 'copy' &&
    slot.copy.type === `uk.waymark.${type}.v1` &&
    (sourceEventId === undefined || slot.copy.id === sourceEventId)
}

function describe(slot: Slot): string {
  if (slot.kind === 'copy') return `${slot.copy.type} ${JSON.stringify(slot.copy.data.body)}`
  return slot.withdraws === undefined ? `a tombstone: ${slot.reason}` : `withdraws ${slot.withdraws}: ${slot.reason}`
}

/** Asks again until it holds. */
export async function eventually(holds: () => Promise<boolean>): Promise<boolean> {
  for (const until = Date.now() + patienceMs; Date.now() < until;) {
    if (await holds()) return true
    await sleep(100)
  }
  return false
}
