import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { KeyDestroyed, seal, type DataKey, type ProgramKeys } from '#libs/security'
import { AwaitingSources } from './awaiting-sources.js'
import { ReleaseWaiting } from './release-waiting.js'
import type { WaitingEvent } from './waiting-event.repository.js'

const key: DataKey = { id: randomUUID(), bytes: randomBytes(32) }
const keys = { secrets: new Map([['lane', randomBytes(32)]]) } as unknown as ProgramKeys

function waitingEvent(isDamaged = false): WaitingEvent {
  const eventId = randomUUID()
  const text = JSON.stringify({ eventId, event: { type: 't', data: { child: {}, sharingBasis: {}, body: {} } } })
  const sealed = seal(key, Buffer.from(text), isDamaged ? 'another place' : eventId)
  return { eventId, source: 'vale-police', type: 't', state: 'awaiting-identity', keyId: key.id, sealed }
}

/** A store of waiting events, and what was sent on of them. */
function releasing(store: WaitingEvent[], erased: readonly string[] = []) {
  const sent: string[] = []
  const clock = { ms: 0 }
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
      resolver: { resolve: () => Promise.resolve([]) },
      awaiting: new AwaitingSources(),
      keys,
      keyRing: {
        keyById: () => Promise.resolve(key),
        keyOf: (subject) =>
          erased.some((id) => subject.endsWith(id)) ? Promise.reject(new KeyDestroyed(subject)) : Promise.resolve(key),
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

  it('go on past one whose key was destroyed before it could go on', async () => {
    const [erased, whole] = [waitingEvent(), waitingEvent()]
    const { waiting, sent } = releasing([erased, whole], [erased.eventId])
    expect(await waiting.release()).toEqual({ count: 1, unopened: [erased.eventId] })
    expect(sent).toEqual([whole.eventId])
  })

  it('go on past one that waited behind an event that is there no more', async () => {
    const [orphan, whole] = [{ ...waitingEvent(), behind: randomUUID() }, waitingEvent()]
    const { waiting, sent } = releasing([orphan, whole])
    expect(await waiting.release()).toEqual({ count: 1, unopened: [orphan.eventId] })
    expect(sent).toEqual([whole.eventId])
  })
})
