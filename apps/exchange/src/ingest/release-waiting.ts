import { seal, type KeyRing, type ProgramKeys } from '#libs/security'
import { newTraceparent } from '#libs/service'
import type { AwaitingSources } from './awaiting-sources.js'
import { searchableChild } from './identify-children.js'
import { openEvent } from './open-event.js'
import { outgoingOf } from './prepare-event.js'
import type { ChildResolver, Resolution, ResolvedChild } from './resolution.client.js'
import type { WaitingEvent, WaitingEventRepository } from './waiting-event.repository.js'

type Opened = Awaited<ReturnType<typeof openEvent>>

const mostAtOnce = 100

/**
 * Sends on what waited: events whose child was not known while `identity` was silent, and events whose time has come. They
 * are taken in the order in which they arrived; where `identity` is still silent, all stay.
 */
export class ReleaseWaiting {
  constructor(
    private readonly parts: {
      events: WaitingEventRepository
      resolver: ChildResolver
      awaiting: AwaitingSources
      keys: ProgramKeys
      keyRing: KeyRing
      onCommitted: () => void
    },
  ) {}

  /** @returns how many events went on */
  async release(): Promise<number> {
    const waiting = await this.parts.events.waiting(mostAtOnce)
    const opened = await Promise.all(waiting.map((event) => openEvent(this.parts.keyRing, event)))
    const resolutions = await this.resolve(opened)
    if (!resolutions) return 0
    for (const [n, event] of waiting.entries()) {
      await this.sendOn(event, opened[n] as Opened, resolutions[n])
    }
    if (waiting.length > 0) this.parts.onCommitted()
    if (waiting.length < mostAtOnce) await this.parts.awaiting.refresh(() => this.parts.events.sourcesAwaiting())
    return waiting.length
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

  /**
   * The sender holds a receipt already, so a child that `identity` refuses now cannot be refused to the sender: the event
   * goes on under a stream of its own, to those it names.
   */
  private async sendOn(waiting: WaitingEvent, opened: Opened, resolution: Resolution | undefined): Promise<void> {
    const child: ResolvedChild | undefined = resolution?.outcome === 'resolved' ? resolution.child : undefined
    const { eventId } = waiting
    const key = await this.parts.keyRing.keyOf(child ? `child:${child.childId}` : `stream:${eventId}`, 'content')
    const sealed = seal(key, Buffer.from(JSON.stringify({ ...opened, ...(child && { child }) }), 'utf8'), eventId)
    const outgoing = outgoingOf(this.parts.keys, child?.childId ?? eventId, {
      eventId,
      keyId: key.id,
      traceparent: newTraceparent(),
    })
    await this.parts.events.release({
      eventId,
      outgoing,
      keyId: key.id,
      sealed,
      ...(child && { child: child.childId }),
    })
  }
}
