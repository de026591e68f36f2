import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import type { ChildReference, PostedEvent } from '#libs/events'
import { newId } from '#libs/postgres'
import { KeyRing } from '#libs/security'
import { aChild, anEvent, waymarkDatabase, type EventOverrides, type TestDatabase } from '#libs/testing'
import { ExchangeUnderTest } from './exchange-under-test.js'

jest.setTimeout(60_000)

const school = 'larkhill-primary'
let place: TestDatabase
let hub: ExchangeUnderTest

beforeAll(async () => {
  place = await waymarkDatabase()
  hub = await ExchangeUnderTest.start(place, mkdtempSync(join(tmpdir(), 'waymark-damaged-')))
}, 120_000)
afterAll(async () => {
  await hub.stop()
  await place.drop()
})

const child = (value: string): ChildReference =>
  aChild({ recordId: newId(), identifiers: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value }] })

function eventOf(type: string, { data, ...overrides }: EventOverrides): PostedEvent {
  const { data: example, ...envelope } = anEvent(type, overrides)
  const sharingBasis = { ...example.sharingBasis, purpose: 'safeguard-child' }
  const source = `urn:waymark:agency:${school}`
  return { ...envelope, source, data: { ...example, occurredAt: new Date().toISOString(), sharingBasis, ...data } }
}

describe('an event', () => {
  it('about a child whose key does not unwrap, or that names such an event, is refused by itself and for the time being', async () => {
    const [harmed, whole] = [child('9990000026'), child('9990000034')]
    const post = (...events: readonly PostedEvent[]) => hub.post(school, events)
    const admitted = (child: ChildReference) => eventOf('school.pupil.admitted', { data: { child } })
    const first = await hub.post(school, admitted(harmed))
    const { eventId } = first.json<{ eventId: string }>()
    await hub.settled()
    const where = `where subject = 'child:${hub.identity.childOf(harmed)}' and class = 'content'`
    const [key] = await hub.admin.query<{ wrapped: Buffer }>(`select wrapped from keys.data_key ${where}`)
    const setKey = async (wrapped: Buffer) => {
      await hub.admin.query(`update keys.data_key set wrapped = $1 ${where}`, [wrapped])
      hub.app.get(KeyRing).forgetAll()
    }
    await setKey(Buffer.from([1, 2]))
    const about = admitted(harmed)
    const naming = eventOf('any.basis.withdrawn', { body: { withdrawsEventId: eventId } })
    const batch = await post(about, admitted(whole), naming)
    expect(batch.json<{ results: object[] }>().results).toMatchObject([
      { id: about.id, status: 503, code: 'STORAGE_UNAVAILABLE' },
      { acceptedAt: expect.any(String) },
      { id: naming.id, status: 503, code: 'STORAGE_UNAVAILABLE' },
    ])
    await setKey(key?.wrapped ?? Buffer.alloc(0))
    expect((await post(about, naming)).statusCode).toBe(202)
  })
})
