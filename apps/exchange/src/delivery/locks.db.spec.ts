import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { partitionOf } from '#libs/kafka'
import type { ChildReference } from '#libs/events'
import { Database, newId } from '#libs/postgres'
import { KeyRing, laneOf, seal } from '#libs/security'
import { aChild, anEvent, waymarkDatabase, type TestDatabase } from '#libs/testing'
import { ExchangeUnderTest, until } from '../exchange-under-test.js'

jest.setTimeout(60_000)

let place: TestDatabase
let hub: ExchangeUnderTest

beforeAll(async () => {
  place = await waymarkDatabase()
  hub = await ExchangeUnderTest.start(place, mkdtempSync(join(tmpdir(), 'waymark-locks-')))
}, 120_000)
afterAll(async () => {
  await hub.stop()
  await place.drop()
})

const council = 'northbridge-council'
const [school, other] = ['larkhill-primary', 'st-brannocs-primary']
const rounds = 30

function eventOf(type: string, child: ChildReference, body: object = {}, excluded: readonly string[] = []) {
  const { data, ...envelope } = anEvent(type)
  const excludedRecipients = excluded.map((agencyId) => ({ agencyId, reason: 'They have no part in this.' }))
  return {
    ...{ ...envelope, id: newId(), source: `urn:waymark:agency:${council}` },
    data: {
      ...{ ...data, occurredAt: new Date().toISOString(), child },
      sharingBasis: { ...data.sharingBasis, purpose: 'safeguard-child', excludedRecipients },
      body: { ...data.body, ...body },
    },
  }
}

async function posted(events: readonly object[]): Promise<readonly string[]> {
  const answer = await hub.post(council, events)
  expect(answer.statusCode).toBe(202)
  return answer.json<{ results: { eventId: string }[] }>().results.map(({ eventId }) => eventId)
}

async function aPupil(): Promise<ChildReference> {
  const recordId = newId()
  const child = aChild({ recordId, identifiers: [{ system: 'urn:waymark:local', value: recordId }] })
  for (const name of [school, other]) await hub.involve(hub.identity.childOf(child), name, 'registered')
  return child
}

/** Events that two schools have in their feeds. */
async function shared(count: number) {
  const child = await aPupil()
  const eventIds = await posted(Array.from({ length: count }, () => eventOf('council.protection-plan.started', child)))
  await hub.settled()
  return { child, eventIds }
}

/** Feeds that are answered together, each from a number of its own: what the second has first stands behind what the first has. */
async function readTogether(count: number): Promise<readonly unknown[]> {
  const [first, second] = [await hub.head(school, false), await hub.head(other, false)]
  return Promise.all([hub.feed(school, first - 1, 0), hub.feed(other, second - count, 0)])
}

async function deadlocks(): Promise<number> {
  const [row] = await hub.admin.query<{ deadlocks: string }>(
    `select deadlocks from pg_stat_database where datname = current_database()`,
  )
  return Number(row?.deadlocks)
}

it('lets a sender decline to share while feeds are read: neither ever waits for the other in a ring', async () => {
  const { child, eventIds } = await shared(30)
  for (let round = 0; round < rounds; round += 1) {
    const decline = posted([eventOf('any.sharing.declined', child, { agencies: [school] })])
    await Promise.all([readTogether(30), decline, readTogether(30)])
  }
  const versions = await hub.admin.query<{ version: number }>(
    'select distinct basis_version as version from exchange.event where event_id = any($1::uuid[])',
    [eventIds],
  )
  expect(versions).toEqual([{ version: 1 + rounds }])
  expect(await deadlocks()).toBe(0)
})

it('lets a sender withdraw several events at once while feeds are read', async () => {
  for (let round = 0; round < rounds / 3; round += 1) {
    const { child, eventIds } = await shared(10)
    const withdrawn = [...eventIds]
      .reverse()
      .map((withdrawsEventId) => eventOf('any.basis.withdrawn', child, { withdrawsEventId }))
    await Promise.all([readTogether(10), posted(withdrawn), readTogether(10)])
  }
  expect(await deadlocks()).toBe(0)
})

it('lets a recipient acknowledge what it reads again meanwhile', async () => {
  for (let round = 0; round < rounds / 3; round += 1) {
    await shared(20)
    await readTogether(20)
    const head = await hub.head(school, false)
    const [, , acknowledged] = await Promise.all([readTogether(20), readTogether(20), hub.acknowledge(school, head)])
    expect(acknowledged.statusCode).toBe(200)
  }
  expect(await deadlocks()).toBe(0)
})

const plan = 'council.protection-plan.started'
const slotOf = (recipient: string, about: string) =>
  ['select from exchange.delivery where recipient = $1 and about = $2 for update', [recipient, about]] as const

/** Somebody waits for a lock. */
const somebodyWaits = () =>
  until(async () => {
    const waiting = await hub.admin.query(
      `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
    )
    return waiting.length > 0
  })

/** Keeps the router from its next batch until that is whole; without a transaction that writes, which would hold the relay up. */
async function gathering(work: () => Promise<void>): Promise<void> {
  await hub.admin.transaction(async (tx) => {
    await tx.query('lock table exchange.decision in share mode')
    await posted([eventOf(plan, await aPupil())])
    await somebodyWaits()
    await work()
  })
}

it('takes all copies back that the events of one batch take back in the order in which a feed locks its slots', async () => {
  const child = await aPupil()
  const [atOther] = await posted([eventOf(plan, child, {}, [school])])
  const [atSchool] = await posted([eventOf(plan, child, {}, [other])])
  await hub.settled()
  const inOneBatch: string[] = []
  const reader = await Database.open({ url: place.adminUrl, poolSize: 1 })
  await reader.transaction(async (tx) => {
    await gathering(async () => {
      const [, amended = ''] = await posted([
        eventOf('any.basis.withdrawn', child, { withdrawsEventId: atOther }),
        eventOf(plan, child),
      ])
      const [amendment = ''] = await posted([
        eventOf('any.correction.issued', child, { correctsEventId: amended, kind: 'amended' }),
        eventOf('any.basis.withdrawn', child, { withdrawsEventId: atSchool }),
      ])
      inOneBatch.push(amended, amendment)
      const unpublished = 'select from exchange.outbox where published_at is null'
      await until(async () => (await hub.admin.query(unpublished)).length === 0)
      await tx.query(...slotOf(school, atSchool ?? ''))
    })
    await somebodyWaits()
    await tx.query(`set local lock_timeout = '500ms'`)
    await tx.query(...slotOf(other, atOther ?? ''))
  })
  await reader.close()
  await hub.settled()
  expect(await deadlocks()).toBe(0)
  const slots = await hub.admin.query<{ event_id: string }>(
    'select event_id from exchange.delivery where recipient = $1 and event_id = any($2::uuid[]) order by sequence',
    [school, inOneBatch],
  )
  expect(slots.map(({ event_id }) => event_id)).toEqual(inOneBatch)
})

/** What `identity` would say of children on its topic. */
async function tell(
  changes: readonly { readonly childId: string; readonly [member: string]: unknown }[],
): Promise<void> {
  const messages = await Promise.all(
    changes.map(async (change) => {
      const key = await hub.app.get(KeyRing).keyOf(`child:${change.childId}`, 'content')
      const [eventId, lane] = [newId(), laneOf(hub.keys, change.childId)]
      const told = { v: 1, at: new Date().toISOString(), changeId: newId(), uci: '99MJYZXT0T', part: 'kept', ...change }
      const value = seal(key, Buffer.from(JSON.stringify(told)), eventId)
      const headers = { 'event-id': eventId, 'key-id': key.id, v: '1' }
      return { topic: 'waymark.identity-changes.v1', partition: partitionOf(lane, 24), key: lane, value, headers }
    }),
  )
  await hub.log.append(messages)
}

const childIn = async (eventId: string) =>
  (await hub.admin.query<{ child: string }>('select child from exchange.event where event_id = $1', [eventId]))[0]
    ?.child

describe('children that are joined, and events that go to another child,', () => {
  it('meet posts, withdrawals, routing, feeds and acknowledgements without a ring', async () => {
    for (let round = 0; round < rounds / 3; round += 1) {
      const [kept, joined, parted] = [await shared(5), await shared(5), await aPupil()]
      const [keptId, joinedId, partedId] = [kept.child, joined.child, parted].map((child) =>
        hub.identity.childOf(child),
      )
      hub.identity.give(parted, keptId ?? '')
      const [astray = ''] = await posted([eventOf(plan, parted)])
      await hub.settled()
      await readTogether(11)
      hub.identity.give(joined.child, keptId ?? '')
      hub.identity.give(parted, partedId ?? '')
      const withdrawn = [...joined.eventIds, astray, ...kept.eventIds].reverse()
      const [mine, head] = [{ childId: keptId ?? '' }, await hub.head(school, false)]
      await Promise.all([
        tell([
          { ...mine, kind: 'merged', others: [{ childId: joinedId, uci: '992R6JH4BZ', part: 'joined' }] },
          { ...mine, kind: 'mislinked', others: [{ childId: partedId, uci: '9931PMJX7Q', part: 'new' }] },
        ]),
        ...[kept.child, joined.child, kept.child, parted].map((child) => posted([eventOf(plan, child)])),
        posted([
          eventOf(plan, kept.child),
          ...withdrawn.map((withdrawsEventId) => eventOf('any.basis.withdrawn', kept.child, { withdrawsEventId })),
        ]),
        readTogether(11),
        hub.acknowledge(school, head),
        posted([eventOf('any.sharing.declined', kept.child, { agencies: [school] })]),
        readTogether(9),
      ])
      await until(async () => (await childIn(astray)) === partedId)
      await until(async () => (await childIn(joined.eventIds[0] ?? '')) === keptId)
      await hub.settled()
    }
    expect(await hub.admin.query('select from exchange.parked_event')).toEqual([])
    expect(await deadlocks()).toBe(0)
  })

  it('wait for the order of their child before they hold an event of it, as whoever posts and withdraws', async () => {
    const { child, eventIds } = await shared(1)
    const parted = await aPupil()
    const [keptId, partedId] = [hub.identity.childOf(child), hub.identity.childOf(parted)]
    hub.identity.give(parted, keptId)
    const [astray = ''] = await posted([eventOf(plan, parted)])
    await hub.settled()
    hub.identity.give(parted, partedId)
    await hub.admin.transaction(async (tx) => {
      await tx.query('select from exchange.child_stream where stream = $1 for update', [keptId])
      await tell([
        { childId: keptId, kind: 'mislinked', others: [{ childId: partedId, uci: '9931PMJX7Q', part: 'new' }] },
      ])
      await somebodyWaits()
      await tx.query(`set local lock_timeout = '500ms'`)
      await tx.query('select from exchange.event where event_id = any($1::uuid[]) for update', [[...eventIds, astray]])
    })
    await until(async () => (await childIn(astray)) === partedId)
    await hub.settled()
  })
})

it('sends an event on from where it waited in the order of its child, as whoever posts and withdraws', async () => {
  const { child } = await shared(1)
  const ahead = eventOf(plan, child)
  const [held = ''] = await posted([
    {
      ...{ ...ahead, sendersequence: undefined },
      data: { ...ahead.data, occurredAt: new Date(Date.now() + 600_000).toISOString() },
    },
  ])
  await hub.admin.transaction(async (tx) => {
    await tx.query('select from exchange.child_stream where stream = $1 for update', [hub.identity.childOf(child)])
    await hub.admin.query('update exchange.event set release_at = now() where event_id = $1', [held])
    await somebodyWaits()
    await tx.query(`set local lock_timeout = '500ms'`)
    await tx.query('select from exchange.event where event_id = $1 for update', [held])
  })
  await hub.settled()
})

it('withdraws and declines what one group of posts names in one order', async () => {
  const { child, eventIds } = await shared(2)
  const [first = '', second = ''] = [...eventIds].sort()
  await hub.admin
    .transaction(async (tx) => {
      await tx.query('select from exchange.event where event_id = $1 for share', [first])
      const both = posted([
        eventOf('any.basis.withdrawn', child, { withdrawsEventId: second }),
        eventOf('any.sharing.declined', child, { eventId: first, agencies: [school] }),
      ])
      await somebodyWaits()
      await tx.query(`set local lock_timeout = '500ms'`)
      await tx.query('select from exchange.event where event_id = $1 for share', [second])
      return { both }
    })
    .then(({ both }) => both)
  await hub.settled()
})
