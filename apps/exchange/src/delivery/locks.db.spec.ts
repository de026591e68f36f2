import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals'
import type { ChildReference } from '#libs/events'
import { newId } from '#libs/postgres'
import { aChild, anEvent, waymarkDatabase, type TestDatabase } from '#libs/testing'
import { ExchangeUnderTest } from '../exchange-under-test.js'

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

function eventOf(type: string, child: ChildReference, body: object = {}) {
  const { data, ...envelope } = anEvent(type)
  return {
    ...{ ...envelope, id: newId(), source: `urn:waymark:agency:${council}` },
    data: {
      ...{ ...data, occurredAt: new Date().toISOString(), child },
      sharingBasis: { ...data.sharingBasis, purpose: 'safeguard-child' },
      body: { ...data.body, ...body },
    },
  }
}

async function posted(events: readonly object[]): Promise<readonly string[]> {
  const answer = await hub.post(council, events)
  expect(answer.statusCode).toBe(202)
  return answer.json<{ results: { eventId: string }[] }>().results.map(({ eventId }) => eventId)
}

/** Events that two schools have in their feeds. */
async function shared(count: number) {
  const recordId = newId()
  const child = aChild({ recordId, identifiers: [{ system: 'urn:waymark:local', value: recordId }] })
  for (const name of [school, other]) await hub.involve(hub.identity.childOf(child), name, 'registered')
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
