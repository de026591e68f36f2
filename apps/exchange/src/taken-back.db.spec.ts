import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import type { ChildReference } from '#libs/events'
import { newId } from '#libs/postgres'
import { aChild, anEvent, waymarkDatabase, type TestDatabase } from '#libs/testing'
import { ExchangeUnderTest, until } from './exchange-under-test.js'

jest.setTimeout(60_000)

let place: TestDatabase
let hub: ExchangeUnderTest

beforeAll(async () => {
  place = await waymarkDatabase()
  hub = await ExchangeUnderTest.start(place, mkdtempSync(join(tmpdir(), 'waymark-taken-back-')))
}, 120_000)
afterAll(async () => {
  await hub.stop()
  await place.drop()
})

const council = 'northbridge-council'

function childOf(recordId = newId()): ChildReference {
  return aChild({ recordId, identifiers: [{ system: 'urn:waymark:local', value: recordId }] })
}

async function post(type: string, child: ChildReference, body: object = {}): Promise<string> {
  const { data, ...envelope } = anEvent(type)
  const posted = await hub.post(council, {
    ...{ ...envelope, id: newId(), source: `urn:waymark:agency:${council}` },
    data: {
      ...{ ...data, occurredAt: new Date().toISOString(), child, body: { ...data.body, ...body } },
      sharingBasis: { ...data.sharingBasis, purpose: 'safeguard-child' },
    },
  })
  expect(posted.statusCode === 202 ? '' : posted.body).toBe('')
  return posted.json<{ eventId: string }>().eventId
}

/** Posts a plan about a child at two schools, and waits until both have a slot that neither has read. */
async function planAtTwoSchools() {
  const child = childOf()
  const schools = ['larkhill-primary', 'st-brannocs-primary'] as const
  for (const school of schools) await hub.involve(hub.identity.childOf(child), school, 'registered')
  const [larkhill, brannocs] = await Promise.all(schools.map((school) => hub.head(school, false)))
  const eventId = await post('council.protection-plan.started', child)
  await until(async () => (await hub.head('larkhill-primary', false)) > (larkhill ?? 0))
  return { child, eventId, larkhill: larkhill ?? 0, brannocs: brannocs ?? 0 }
}

const dataOf = async (school: string, after: number) =>
  (await hub.feed(school, after)).events.map(({ data }) => data as unknown)
const slot = (n: number) => String(n).padStart(19, '0')

describe('a copy that is taken back', () => {
  it('is no copy to whoever read its tombstone alone: nothing more is told of it, and the child is not theirs', async () => {
    const { child, eventId, larkhill, brannocs } = await planAtTwoSchools()
    expect(await dataOf('st-brannocs-primary', brannocs)).toEqual([expect.any(String)])
    await post('any.basis.withdrawn', child, { withdrawsEventId: eventId })
    expect(await dataOf('st-brannocs-primary', brannocs + 1)).toEqual([
      { reason: 'basis-withdrawn', withdraws: slot(brannocs + 1) },
    ])
    expect(await dataOf('larkhill-primary', larkhill)).toEqual([{ reason: 'basis-withdrawn' }])
    await post('any.basis.withdrawn', child, { withdrawsEventId: eventId })
    await post('any.correction.issued', child, { correctsEventId: eventId, kind: 'retracted' })
    expect(await dataOf('st-brannocs-primary', brannocs + 2)).toEqual([expect.any(String)])
    expect(await hub.head('larkhill-primary')).toBe(larkhill + 1)
    const party = 'select agency_id from exchange.party_v where child_id = $1 and agency_id = any($2) order by 1'
    const schools = ['larkhill-primary', 'st-brannocs-primary']
    expect(await hub.admin.query(party, [hub.identity.childOf(child), schools])).toEqual([
      { agency_id: 'st-brannocs-primary' },
      { agency_id: 'st-brannocs-primary' },
    ])
  })

  it('is told to whoever had it, although a second reading found them no longer entitled', async () => {
    const { child, eventId, larkhill } = await planAtTwoSchools()
    expect(await dataOf('larkhill-primary', larkhill)).toEqual([expect.any(String)])
    await hub.admin.query(
      `update safeguarding.involvement set ended_at = now() where child_id = $1 and agency_id = 'larkhill-primary'`,
      [hub.identity.childOf(child)],
    )
    expect(await dataOf('larkhill-primary', larkhill)).toEqual([{ reason: 'no-longer-entitled' }])
    await post('any.basis.withdrawn', child, { withdrawsEventId: eventId })
    expect(await dataOf('larkhill-primary', larkhill + 1)).toEqual([
      { reason: 'basis-withdrawn', withdraws: slot(larkhill + 1) },
    ])
    expect(await dataOf('larkhill-primary', larkhill)).toMatchObject([{ reason: 'basis-withdrawn' }, {}])
  })
})
