import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { KeyBroken, KeyDestroyed, seal, type DataKey, type ProgramKeys } from '#libs/security'
import { AwaitingSources } from './awaiting-sources.js'
import { ReleaseWaiting } from './release-waiting.js'
import type { Resolution, ResolutionItem } from './resolution.client.js'
import type { WaitingEvent } from './waiting-event.repository.js'

const key: DataKey = { id: randomUUID(), bytes: randomBytes(32) }
const keys = { secrets: new Map([['lane', randomBytes(32)]]) } as unknown as ProgramKeys

function waitingEvent(isDamaged = false): WaitingEvent {
  const eventId = randomUUID()
  const text = JSON.stringify({ eventId, event: { type: 't', data: { child: {}, sharingBasis: {}, body: {} } } })
  const sealed = seal(key, Buffer.from(text), isDamaged ? 'another place' : eventId)
  return { eventId, source: 'vale-police', type: 't', state: 'awaiting-identity', keyId: key.id, sealed }
}

interface Around {
  /** Whose key is not to be had, and why. */
  readonly shut?: ReadonlyMap<string, Error>
  readonly resolve?: (items: readonly ResolutionItem[]) => readonly Resolution[]
}

/** A store of waiting events, and what was sent on of them. */
function releasing(store: WaitingEvent[], { shut = new Map(), resolve = () => [] }: Around = {}) {
  const sent: string[] = []
  const clock = { ms: 0 }
  const had = (error: Error | undefined) => (error ? Promise.reject(error) : Promise.resolve(key))
  const waiting = new ReleaseWaiting(
    {
      events: {
        waiting: (most, except) =>
          Promise.resolve(store.filter(({ eventId }) => !except.includes(eventId)).slice(0, most)),
        sourcesAwaiting: () => Promise.resolve([]),
        release: ({ eventId }) => {
          sent.push(eventId)
          store.splice(0, store.length, ...store.filter((one) => one.eventId !== eventId))
          return Promise.resolve()
        },
      },
      lines: { admit: () => Promise.reject(new Error('nobody counts')) },
      references: { find: () => Promise.resolve('not-yours' as const) },
      resolver: { resolve: (items) => Promise.resolve(resolve(items)) },
      awaiting: new AwaitingSources(),
      keys,
      keyRing: {
        keyById: (id) => had(shut.get(id)),
        keyOf: (subject) => had(shut.get(subject)),
      },
      onCommitted: () => undefined,
    },
    () => clock.ms,
  )
  return { waiting, sent, clock }
}

describe('events that wait', () => {
  it('go on past one that will not open, which is tried again a minute later', async () => {
    const [damaged, whole, later] = [waitingEvent(true), waitingEvent(), waitingEvent()]
    const store = [damaged, whole]
    const { waiting, sent, clock } = releasing(store)
    expect(await waiting.release()).toEqual({ count: 1, unopened: [damaged.eventId] })
    store.push(later)
    expect(await waiting.release()).toEqual({ count: 1, unopened: [] })
    clock.ms = 60_000
    expect(await waiting.release()).toEqual({ count: 0, unopened: [damaged.eventId] })
    expect(sent).toEqual([whole.eventId, later.eventId])
  })

  it.each([
    ['was destroyed', KeyDestroyed],
    ['does not unwrap', KeyBroken],
  ] as const)('go on past one whose key %s when it could go on', async (_, Fault) => {
    const [shut, whole] = [waitingEvent(), waitingEvent()]
    const subject = `stream:${shut.eventId}`
    const { waiting, sent } = releasing([shut, whole], { shut: new Map([[subject, new Fault(subject)]]) })
    expect(await waiting.release()).toEqual({ count: 1, unopened: [shut.eventId] })
    expect(sent).toEqual([whole.eventId])
  })

  it('go on past one whose own key does not unwrap', async () => {
    const [shut, whole] = [{ ...waitingEvent(), keyId: randomUUID() }, waitingEvent()]
    const { waiting, sent } = releasing([shut, whole], { shut: new Map([[shut.keyId, new KeyBroken('agency:a')]]) })
    expect(await waiting.release()).toEqual({ count: 1, unopened: [shut.eventId] })
    expect(sent).toEqual([whole.eventId])
  })

  it('go on past one whose child cannot be answered for now, and it goes on with its child once that can be', async () => {
    const [shut, whole] = [waitingEvent(), waitingEvent()]
    const child = { childId: randomUUID(), status: 'active', identifiers: [] } as const
    const answers: Resolution[] = [
      { outcome: 'refused', code: 'STORAGE_UNAVAILABLE', pointer: '#/data/child' },
      { outcome: 'refused', code: 'IDENTIFIER_INVALID', pointer: '#/data/child' },
    ]
    const { waiting, sent, clock } = releasing([shut, whole], { resolve: () => answers })
    expect(await waiting.release()).toEqual({ count: 1, unopened: [shut.eventId] })
    expect(sent).toEqual([whole.eventId])
    answers.splice(0, 2, { outcome: 'resolved', child })
    clock.ms = 60_000
    expect(await waiting.release()).toEqual({ count: 1, unopened: [] })
    expect(sent).toEqual([whole.eventId, shut.eventId])
  })

  it('go on past one that waited behind an event that is there no more', async () => {
    const [orphan, whole] = [{ ...waitingEvent(), behind: randomUUID() }, waitingEvent()]
    const { waiting, sent } = releasing([orphan, whole])
    expect(await waiting.release()).toEqual({ count: 1, unopened: [orphan.eventId] })
    expect(sent).toEqual([whole.eventId])
  })
})
