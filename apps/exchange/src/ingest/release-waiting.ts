import { seal, SealBroken, type KeyRing, type ProgramKeys } from '#libs/security'
import { newTraceparent } from '#libs/service'
import type { AwaitingSources } from './awaiting-sources.js'
import { searchableChild } from './identify-children.js'
import { isImmediate } from './is-immediate.js'
import { EventErased, openEvent } from './open-event.js'
import { outgoingOf } from './prepare-event.js'
import type { ChildResolver, Resolution, ResolvedChild } from './resolution.client.js'
import type { SenderLine } from './sender-line.js'
import type { AdmittedEvent } from './sender-line.repository.js'
import type { SenderLines } from './sender-lines.js'
import type { WaitingEvent, WaitingEventRepository } from './waiting-event.repository.js'

type Opened = Awaited<ReturnType<typeof openEvent>>

/** An event that waits, opened, and what `identity` says of its child. */
interface Found {
  readonly event: WaitingEvent
  readonly opened: Opened
  readonly resolution: Resolution | undefined
}

/** What became of a look at what waits. */
export interface Released {
  /** How many events went on. */
  readonly count: number
  /** Events that will not open; they stay where they are. */
  readonly unopened: readonly string[]
}

const mostAtOnce = 100
const passedOverMs = 60_000

/**
 * Sends on what waited: events whose child was not known while `identity` was silent, and events whose time has come. They
 * are taken in the order in which they arrived; where `identity` is still silent, all stay. One that will not open, erased or
 * damaged, is passed over for a minute and keeps no other waiting.
 */
export class ReleaseWaiting {
  private readonly passedOver = new Map<string, number>()

  constructor(
    private readonly parts: {
      events: Pick<WaitingEventRepository, 'waiting' | 'sourcesAwaiting' | 'release'>
      lines: Pick<SenderLines, 'admit'>
      resolver: ChildResolver
      awaiting: AwaitingSources
      keys: ProgramKeys
      keyRing: Pick<KeyRing, 'keyById' | 'keyOf'>
      onCommitted: () => void
    },
    private readonly steadyMs: () => number = () => performance.now(),
  ) {}

  async release(): Promise<Released> {
    const { events, awaiting, onCommitted } = this.parts
    for (const [id, untilMs] of this.passedOver) if (untilMs <= this.steadyMs()) this.passedOver.delete(id)
    const waiting = await events.waiting(mostAtOnce, [...this.passedOver.keys()])
    const tried = await Promise.all(waiting.map((event) => this.opened(event)))
    const ready = tried.flatMap((one) => one ?? [])
    const unopened = waiting.filter((_, n) => tried[n] === undefined).map(({ eventId }) => eventId)
    for (const id of unopened) this.passedOver.set(id, this.steadyMs() + passedOverMs)
    const resolutions = await this.resolve(ready.map(({ opened }) => opened))
    if (!resolutions) return { count: 0, unopened }
    await this.sendOn(ready.map((one, n) => ({ ...one, resolution: resolutions[n] })))
    if (ready.length > 0) onCommitted()
    if (waiting.length < mostAtOnce) await awaiting.refresh(() => events.sourcesAwaiting())
    return { count: ready.length, unopened }
  }

  private async opened(event: WaitingEvent): Promise<{ event: WaitingEvent; opened: Opened } | undefined> {
    try {
      return { event, opened: await openEvent(this.parts.keyRing, event) }
    } catch (error) {
      if (error instanceof EventErased || error instanceof SealBroken) return undefined
      throw error
    }
  }

  /** One answer an event, none for a child that may not be looked for; `undefined` where `identity` is silent. */
  private async resolve(opened: readonly Opened[]): Promise<readonly (Resolution | undefined)[] | undefined> {
    const items = opened.flatMap(({ event, agencyId, agencyKind }, n) => {
      const child = searchableChild(event.data.child)
      const { time, data } = event
      const { purpose } = data.sharingBasis
      return child ? [{ key: String(n), agencyId, agencyKind, child, recordedAt: time, purpose }] : []
    })
    const answers = items.length > 0 ? await this.parts.resolver.resolve(items) : []
    if (!answers) return undefined
    const byKey = new Map(items.map(({ key }, n) => [key, answers[n]]))
    return opened.map((_, n) => byKey.get(String(n)))
  }

  /** In the order of arrival; those of one line take their places in it together, where the first of them stands. */
  private async sendOn(found: readonly Found[]): Promise<void> {
    const admitted = new Set<Found>()
    for (const one of found) {
      const line = lineOf(one)
      if (!line) await this.parts.events.release(await this.sealed(one))
      else if (!admitted.has(one)) {
        const together = found.filter((other) => isSame(lineOf(other), line))
        await this.parts.lines.admit(await Promise.all(together.map((each) => this.placed(each, line))))
        for (const each of together) admitted.add(each)
      }
    }
  }

  private async placed(found: Found, line: SenderLine): Promise<AdmittedEvent> {
    const { eventId, keyId, sealed } = await this.sealed(found)
    const { event } = found.opened
    return { line, eventId, keyId, sealed, number: BigInt(event.sendersequence ?? 0), isImmediate: isImmediate(event) }
  }

  /**
   * The sender holds a receipt already, so a child that `identity` refuses now cannot be refused to the sender: the event
   * goes on under a stream of its own, to those it names.
   */
  private async sealed({ event: { eventId }, opened, resolution }: Found) {
    const child = childIn(resolution)
    const key = await this.parts.keyRing.keyOf(child ? `child:${child.childId}` : `stream:${eventId}`, 'content')
    const sealed = seal(key, Buffer.from(JSON.stringify({ ...opened, ...(child && { child }) }), 'utf8'), eventId)
    const outgoing = outgoingOf(this.parts.keys, child?.childId ?? eventId, {
      eventId,
      keyId: key.id,
      traceparent: newTraceparent(),
    })
    return { eventId, outgoing, keyId: key.id, sealed, ...(child && { child: child.childId }) }
  }
}

function childIn(resolution: Resolution | undefined): ResolvedChild | undefined {
  return resolution?.outcome === 'resolved' ? resolution.child : undefined
}

/** The line of an event that its sender counts, where its child is known. */
function lineOf({ event: { source, type }, opened, resolution }: Found): SenderLine | undefined {
  const child = childIn(resolution)
  return child && opened.event.sendersequence !== undefined ? { child: child.childId, source, type } : undefined
}

function isSame(one: SenderLine | undefined, other: SenderLine): boolean {
  return one?.child === other.child && one.source === other.source && one.type === other.type
}
