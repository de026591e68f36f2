import { isDamaged, KeyMissing, seal, type KeyRing, type ProgramKeys } from '#libs/security'
import { newTraceparent } from '#libs/service'
import type { AwaitingSources } from './awaiting-sources.js'
import { searchableChild } from './identify-children.js'
import type { FindReference } from './find-reference.js'
import { EventErased, openEvent } from './open-event.js'
import type { Reference } from './posting.js'
import { outgoingOf } from './prepare-event.js'
import { placeOf } from './prepare-rows.js'
import type { ChildResolver, Resolution, ResolvedChild } from './resolution.client.js'
import { restraintBy } from './restraint.js'
import type { LinePlace, SenderLine } from './sender-line.js'
import type { AdmittedEvent } from './sender-line.repository.js'
import type { SenderLines } from './sender-lines.js'
import type { WaitingEvent, WaitingEventRepository, Which } from './waiting-event.repository.js'

type Opened = Awaited<ReturnType<typeof openEvent>>

/** An event that waits, opened, and the earlier event of its sender's that it waited behind. */
interface Ready {
  readonly event: WaitingEvent
  readonly opened: Opened
  readonly reference?: Reference
}

/** An event, and whose it is: its child where there is one, what it is ordered by, and where it stands in a line. */
interface Found extends Ready {
  readonly child?: ResolvedChild
  readonly stream: string
  readonly place?: LinePlace
}

/** What `identity` said of those that may go on. */
interface Looked {
  readonly found: readonly Found[]
  /** Of whose child nothing can be written, until its key is restored. */
  readonly shut: readonly Ready[]
  readonly isSilent: boolean
}

/** An event as it goes on. */
interface Sealed {
  readonly found: Found
  readonly row: Omit<Parameters<WaitingEventRepository['release']>[0], 'source'>
}

/** What became of a look at what waits. */
export interface Released {
  /** How many events went on. */
  readonly count: number
  /** Events that will not open, whose child is erased or shut, or that name what is there no more; they stay where they are. */
  readonly unopened: readonly string[]
}

const mostAtOnce = 100
const passedOverMs = 60_000

/**
 * Sends on what waited: events whose child was not known while `identity` was silent, events whose time has come, and behind
 * them what names them. They are taken in the order in which they arrived; where `identity` is still silent, all of whose child
 * it is asked stay. One that will not open, erased or damaged, of whose child nothing can be written for now, or that names what
 * is there no more, is passed over for a minute and keeps none waiting but those behind it.
 */
export class ReleaseWaiting {
  private readonly passedOver = new Map<string, number>()

  constructor(
    private readonly parts: {
      events: Pick<WaitingEventRepository, 'waiting' | 'sourcesAwaiting' | 'release'>
      lines: Pick<SenderLines, 'admit'>
      references: Pick<FindReference, 'find'>
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
    const first = await this.look('all')
    // As many as fill a look may be those that stay: they keep none waiting that needs no answer of identity's.
    const isCrowded = first.isSilent && first.isFull
    const looks = [first, ...(isCrowded ? [await this.look('behind')] : [])]
    const count = looks.reduce((sum, look) => sum + look.count, 0)
    if (count > 0) onCommitted()
    if (!first.isSilent && !first.isFull) {
      await awaiting.refresh(() => events.sourcesAwaiting([...this.passedOver.keys()]))
    }
    return { count, unopened: looks.flatMap(({ unopened }) => unopened) }
  }

  /** Sends on what may go on of the first that wait, or of those that waited behind another. */
  private async look(which: Which): Promise<Released & { readonly isSilent: boolean; readonly isFull: boolean }> {
    const waiting = await this.parts.events.waiting(mostAtOnce, [...this.passedOver.keys()], which)
    const tried = await Promise.all(waiting.map((event) => this.opened(event)))
    const ready = tried.flatMap((one) => one ?? [])
    const { found, shut, isSilent } = await this.find(ready)
    const sealed = await Promise.all(found.map((one) => this.sealed(one)))
    const erased = found.filter((_, n) => !sealed[n])
    const staying = [...shut, ...erased].map(({ event: { eventId } }) => eventId)
    const unopened = [...waiting.filter((_, n) => !tried[n]).map(({ eventId }) => eventId), ...staying]
    for (const id of unopened) this.passedOver.set(id, this.steadyMs() + passedOverMs)
    const sendable = sealed.flatMap((one) => one ?? [])
    await this.sendOn(sendable)
    return { count: sendable.length, unopened, isSilent, isFull: waiting.length === mostAtOnce }
  }

  private async opened(event: WaitingEvent): Promise<Ready | undefined> {
    try {
      const opened = await openEvent(this.parts.keyRing, event)
      if (event.behind === undefined) return { event, opened }
      const reference = await this.parts.references.find(opened.event, opened)
      // The event that it names may have been disposed of meanwhile, and is nobody's then.
      return reference && reference !== 'not-yours' ? { event, opened, reference } : undefined
    } catch (error) {
      if (error instanceof EventErased || isDamaged(error)) return undefined
      throw error
    }
  }

  /** Those that may go on: all, or where `identity` is silent those that belong to an earlier event's child. */
  private async find(ready: readonly Ready[]): Promise<Looked> {
    const asked = ready.filter(({ reference }) => !reference)
    const resolutions = await this.resolve(asked.map(({ opened }) => opened))
    const shut = asked.filter((_, n) => isShut(resolutions?.[n]))
    const found = ready.flatMap((one): readonly Found[] => {
      if (one.reference) return [behind(one, one.reference)]
      return resolutions && !shut.includes(one) ? [resolved(one, resolutions[asked.indexOf(one)])] : []
    })
    return { found, shut, isSilent: !resolutions }
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
  private async sendOn(all: readonly Sealed[]): Promise<void> {
    const admitted = new Set<Sealed>()
    for (const one of all) {
      const line = lineOf(one.found)
      if (!line) await this.parts.events.release({ ...one.row, source: one.found.event.source })
      else if (!admitted.has(one)) {
        const together = all.filter(({ found }) => isSame(lineOf(found), line))
        await this.parts.lines.admit(together.map((each) => placed(each, line)))
        for (const each of together) admitted.add(each)
      }
    }
  }

  /** `undefined` where the key that it would be sealed by is not to be had: destroyed, what it is about is erased; or damaged. */
  private async sealed(found: Found): Promise<Sealed | undefined> {
    try {
      return { found, row: await this.rowOf(found) }
    } catch (error) {
      if (error instanceof KeyMissing) return undefined
      throw error
    }
  }

  private async rowOf({ event: { eventId }, opened, child, stream }: Found) {
    const key = await this.parts.keyRing.keyOf(child ? `child:${child.childId}` : `stream:${eventId}`, 'content')
    const sealed = seal(key, Buffer.from(JSON.stringify({ ...opened, ...(child && { child }) }), 'utf8'), eventId)
    const message = { eventId, keyId: key.id, traceparent: newTraceparent() }
    const outgoing = outgoingOf(this.parts.keys, stream, message)
    const isRestraint = restraintBy(opened.event) !== undefined
    return { eventId, outgoing, keyId: key.id, sealed, isRestraint, ...(child && { child: child.childId }) }
  }
}

function placed({ found, row: { eventId, keyId, sealed, isRestraint } }: Sealed, line: SenderLine): AdmittedEvent {
  const { number = 0n, isImmediate = false } = found.place ?? {}
  return { line, eventId, keyId, sealed, number, isImmediate, isRestraint }
}

/** It belongs to the child of the event it names, whatever child its own data names. */
function behind(ready: Ready, { child, stream, place }: Reference): Found {
  return found(ready, child, { stream, place: place ?? placeOf(ready.opened.event) })
}

/**
 * The sender holds a receipt already, so a child that `identity` refuses now cannot be refused to the sender: the event goes
 * on under a stream of its own, to those it names.
 */
function resolved(ready: Ready, resolution: Resolution | undefined): Found {
  const child = resolution?.outcome === 'resolved' ? resolution.child : undefined
  return found(ready, child, { stream: child?.childId ?? ready.event.eventId, place: placeOf(ready.opened.event) })
}

function isShut(resolution: Resolution | undefined): boolean {
  return resolution?.outcome === 'refused' && resolution.code === 'STORAGE_UNAVAILABLE'
}

/** Who counts, counts by child. */
function found(
  ready: Ready,
  child: ResolvedChild | undefined,
  { stream, place }: { readonly stream: string; readonly place: LinePlace | undefined },
): Found {
  return { ...ready, stream, ...(child && { child }), ...(child && place && { place }) }
}

function lineOf({ event: { source }, child, place }: Found): SenderLine | undefined {
  return child && place ? { child: child.childId, source, type: place.type } : undefined
}

function isSame(one: SenderLine | undefined, other: SenderLine): boolean {
  return one?.child === other.child && one.source === other.source && one.type === other.type
}
