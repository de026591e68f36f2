import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { partitionOf } from '#libs/kafka'
import { validateDelivered, type ChildReference } from '#libs/events'
import { newId } from '#libs/postgres'
import { KeyRing, laneOf, seal } from '#libs/security'
import { aChild, anEvent, waymarkDatabase, type TestDatabase } from '#libs/testing'
import { ExchangeUnderTest, until } from './exchange-under-test.js'

jest.setTimeout(60_000)

let place: TestDatabase
let hub: ExchangeUnderTest

beforeAll(async () => {
  place = await waymarkDatabase()
  hub = await ExchangeUnderTest.start(place, mkdtempSync(join(tmpdir(), 'waymark-exchange-identity-')))
}, 120_000)
// What one test posted comes into no feed that the next one reads.
afterEach(() => hub.settled())
afterAll(async () => {
  await hub.stop()
  await place.drop()
})

const numbers = [
  ...['9990000018', '9990000026', '9990000034', '9990000042', '9990000050'],
  ...['9990000069', '9990000077', '9990000085', '9990000093', '9990000107'],
].values()
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

/** What `identity` and `safeguarding` would have of two children that were joined. */
async function joinRows(joined: string, kept: string): Promise<void> {
  await hub.admin.query(`insert into identity.child (id, uci, status) values ($1, '99MJYZXT0T', 'active')`, [kept])
  await hub.admin.query(
    `insert into identity.child (id, uci, status, joined_into) values ($1, '992R6JH4BZ', 'withdrawn', $2)`,
    [joined, kept],
  )
  await hub.admin.query('update safeguarding.involvement set child_id = $2 where child_id = $1', [joined, kept])
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

  it('does not keep a copy that waits from whoever is entitled, and lets it speak of the child as it is now', async () => {
    const [amina, double] = [anotherChild(), anotherChild()]
    const [kept, joined] = [hub.identity.childOf(amina), hub.identity.childOf(double)]
    await hub.involve(kept, 'st-brannocs-primary', 'registered')
    await hub.involve(joined, 'st-brannocs-primary', 'registered')
    const before = await hub.head('st-brannocs-primary')
    const one = await post(double)
    await until(async () => (await hub.head('st-brannocs-primary', false)) > before)
    await joinRows(joined, kept)
    await tell({
      ...{ changeId: newId(), kind: 'merged', childId: kept, uci: '99MJYZXT0T', part: 'kept' },
      others: [{ childId: joined, uci: '992R6JH4BZ', part: 'joined' }],
    })
    await until(async () => (await childOf(one)) === kept)
    const { events } = await hub.feed('st-brannocs-primary', before, 0)
    const copy = hub.open('st-brannocs-primary', events[0])
    expect(copy).toMatchObject({ data: { eventId: one, child: { uci: '99MJ-YZXT-0T' } } })
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

  it('takes back what names the wrong child: a copy that waits is empty, and who had one must answer', async () => {
    const [amina, zara] = [anotherChild(), anotherChild()]
    const kept = hub.identity.childOf(amina)
    hub.identity.give(zara, kept)
    for (const school of ['larkhill-primary', 'merrow-academy']) await hub.involve(kept, school, 'registered')
    const before = { larkhill: await hub.head('larkhill-primary'), merrow: await hub.head('merrow-academy') }
    await post(amina)
    const two = await post(zara)
    await until(async () => (await hub.head('merrow-academy', false)) === before.merrow + 2)
    const { events: had } = await hub.feed('larkhill-primary', before.larkhill, 0)
    const parted = newId()
    hub.identity.give(zara, parted)
    await tell({
      ...{ changeId: newId(), kind: 'mislinked', childId: kept, uci: '99MJYZXT0T', part: 'kept' },
      others: [{ childId: parted, uci: '9931PMJX7Q', part: 'new' }],
    })
    await until(async () => (await childOf(two)) === parted)
    await until(async () => (await hub.head('larkhill-primary', false)) > before.larkhill + 2)
    const sentOf = (agency: string, after: number) => hub.feed(agency, after, 0).then(({ events }) => events)
    const sealed = { type: 'uk.waymark.hub.copy.sealed.v1' }
    const empty = { type: 'uk.waymark.hub.copy.withdrawn.v1', data: { reason: 'corrected' } }
    expect(await sentOf('merrow-academy', before.merrow)).toMatchObject([sealed, empty])
    expect(await sentOf('larkhill-primary', before.larkhill)).toMatchObject([
      sealed,
      empty,
      { ...empty, data: { reason: 'corrected', withdraws: had[1]?.sequence } },
    ])
  })
})
