import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { partitionOf } from '#libs/kafka'
import { validateDelivered, type ChildReference } from '#libs/events'
import { newId } from '#libs/postgres'
import { KeyRing, laneOf, seal } from '#libs/security'
import { aChild, anEvent, waymarkDatabase, type TestDatabase } from '#libs/testing'
import { ExchangeUnderTest } from './exchange-under-test.js'

jest.setTimeout(60_000)

let place: TestDatabase
let hub: ExchangeUnderTest

beforeAll(async () => {
  place = await waymarkDatabase()
  hub = await ExchangeUnderTest.start(place, mkdtempSync(join(tmpdir(), 'waymark-exchange-identity-')))
}, 120_000)
afterAll(async () => {
  await hub.stop()
  await place.drop()
})

const numbers = ['9990000018', '9990000026', '9990000034', '9990000042', '9990000050', '9990000069'].values()
const anotherChild = (): ChildReference =>
  aChild({
    recordId: newId(),
    identifiers: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: String(numbers.next().value) }],
  })

async function post(child: ChildReference): Promise<string> {
  const { data, ...envelope } = anEvent('council.protection-plan.started')
  const sharingBasis = { ...data.sharingBasis, purpose: 'safeguard-child' }
  const event = {
    ...{ ...envelope, id: newId(), source: 'urn:waymark:agency:northbridge-council' },
    data: { ...data, child, occurredAt: new Date().toISOString(), sharingBasis },
  }
  const answer = await hub.post('northbridge-council', event)
  expect(answer.statusCode).toBe(202)
  return answer.json<{ eventId: string }>().eventId
}

/** What `identity` would say on its topic. */
async function tell(
  change: Record<string, unknown> & { childId: string },
  also: { readonly [header: string]: string } = {},
): Promise<void> {
  const key = await hub.app.get(KeyRing).keyOf(`child:${change.childId}`, 'content')
  const eventId = newId()
  const lane = laneOf(hub.keys, change.childId)
  const value = seal(key, Buffer.from(JSON.stringify({ v: 1, at: new Date().toISOString(), ...change })), eventId)
  const headers = { 'event-id': eventId, 'key-id': key.id, v: '1', ...also }
  const partition = partitionOf(lane, 24)
  await hub.log.append([{ topic: 'waymark.identity-changes.v1', partition, key: lane, value, headers }])
}

async function childOf(eventId: string): Promise<string | undefined> {
  const [row] = await hub.admin.query<{ child: string }>('select child from exchange.event where event_id = $1', [
    eventId,
  ])
  return row?.child
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < 200; n += 1) {
    if (await isSo()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('it did not come to be so')
}

describe('a change of identity', () => {
  it('is told to everybody who holds the children, once, and events of both are found under one', async () => {
    const [amina, double] = [anotherChild(), anotherChild()]
    const [kept, joined] = [hub.identity.childOf(amina), hub.identity.childOf(double)]
    const policeAtFirst = await hub.head('vale-police')
    const [one, two] = [await post(amina), await post(double)]
    await until(async () => (await hub.head('vale-police')) === policeAtFirst + 2)
    const [before, policeBefore] = [await hub.head('larkhill-primary'), await hub.head('vale-police')]
    const changeId = newId()
    await tell({
      ...{ changeId, kind: 'merged', childId: kept, uci: '99MJYZXT0T', part: 'kept' },
      others: [{ childId: joined, uci: '992R6JH4BZ', part: 'joined' }],
      holders: ['larkhill-primary', 'northbridge-hospitals'],
    })
    await tell({ changeId, kind: 'merged', childId: joined, uci: '992R6JH4BZ', part: 'joined', others: [] })
    const { events } = await hub.feed('larkhill-primary', before)
    const copies = events.map((envelope) => hub.open('larkhill-primary', envelope))
    expect(copies).toMatchObject([
      {
        type: 'uk.waymark.hub.identity.merged.v1',
        data: { body: { changeId, oldUci: '992R-6JH4-BZ', newUci: '99MJ-YZXT-0T' } },
      },
    ])
    expect(copies.flatMap((copy) => validateDelivered(copy))).toEqual([])
    expect([await childOf(one), await childOf(two)]).toEqual([kept, kept])
    expect(await hub.head('vale-police')).toBe(policeBefore)
    expect(await hub.head('larkhill-primary')).toBe(before + 1)
  })

  it('is not even opened where it says that nobody follows it, and those behind it go on', async () => {
    const [amina, double] = [anotherChild(), anotherChild()]
    const [kept, joined] = [hub.identity.childOf(amina), hub.identity.childOf(double)]
    const two = await post(double)
    await tell(
      { changeId: newId(), kind: 'registered', childId: kept },
      { 'followed-by': 'nobody', 'event-id': newId(), 'key-id': newId() },
    )
    await tell({
      ...{ changeId: newId(), kind: 'merged', childId: kept, uci: '99MJYZXT0T', part: 'kept' },
      others: [{ childId: joined, uci: '992R6JH4BZ', part: 'joined' }],
    })
    await until(async () => (await childOf(two)) === kept)
    expect(await hub.admin.query('select from exchange.parked_event')).toEqual([])
  })

  it('lets each event go with its record when a child turns out to be two', async () => {
    const [amina, zara] = [anotherChild(), anotherChild()]
    const kept = hub.identity.childOf(amina)
    hub.identity.give(zara, kept)
    const [one, two] = [await post(amina), await post(zara)]
    expect([await childOf(one), await childOf(two)]).toEqual([kept, kept])
    const parted = newId()
    hub.identity.give(zara, parted)
    await tell({
      ...{ changeId: newId(), kind: 'split', childId: kept, uci: '99MJYZXT0T', part: 'kept' },
      others: [{ childId: parted, uci: '9931PMJX7Q', part: 'new' }],
      holders: ['northbridge-council'],
    })
    await until(async () => (await childOf(two)) === parted)
    expect(await childOf(one)).toBe(kept)
    const [word] = await hub.admin.query<{ n: string }>(
      `select count(*) as n from exchange.event where source = 'waymark-hub' and type like '%hub.identity.split%'`,
    )
    expect(Number(word?.n)).toBe(1)
  })
})
