import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
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
  hub = await ExchangeUnderTest.start(place, mkdtempSync(join(tmpdir(), 'waymark-early-events-')))
}, 120_000)
afterAll(async () => {
  await hub.stop()
  await place.drop()
})

const [council, school] = ['northbridge-council', 'larkhill-primary']

/** A child at the school. */
async function aPupil(): Promise<ChildReference> {
  const recordId = newId()
  const child = aChild({ recordId, identifiers: [{ system: 'urn:waymark:local', value: recordId }] })
  await hub.involve(hub.identity.childOf(child), school, 'registered')
  return child
}

/** A plan of the council's with its number, or an event of another type. */
function event(child: object, number?: number, type = 'council.protection-plan.started', body: object = {}) {
  const { data, ...envelope } = anEvent(type)
  return {
    ...{ ...envelope, id: newId(), source: `urn:waymark:agency:${council}` },
    sendersequence: number === undefined ? undefined : String(number),
    data: {
      ...{ ...data, occurredAt: new Date().toISOString(), child, body: { ...data.body, ...body } },
      sharingBasis: { ...data.sharingBasis, purpose: 'safeguard-child' },
    },
  }
}

async function accepted(posted: unknown): Promise<string> {
  const answer = await hub.post(council, posted)
  expect(answer.statusCode === 202 ? '' : answer.body).toBe('')
  return answer.json<{ eventId: string }>().eventId
}
const post = (child: object, number?: number, type?: string, body?: object) =>
  accepted(event(child, number, type, body))

/** The events in the school's feed after a slot, in its order. */
const sentAfter = async (after: number) => (await hub.feed(school, after, 0)).events.map(({ id }) => id)

/** The school has so many more. */
async function sent(after: number, count: number): Promise<readonly string[]> {
  await until(async () => (await hub.head(school, false)) >= after + count)
  await hub.settled()
  return sentAfter(after)
}

interface Row {
  readonly child: string | null
  readonly state: string
}
const rowOf = async (eventId: string) =>
  (await hub.admin.query<Row>('select child, state from exchange.event where event_id = $1', [eventId]))[0]

const tenMinutesLater = (eventId: string) =>
  hub.admin.query(`update exchange.event set release_at = release_at - interval '10 minutes' where event_id = $1`, [
    eventId,
  ])

/** What `identity` would say on its topic. */
async function tell(change: Record<string, unknown> & { childId: string }): Promise<void> {
  const key = await hub.app.get(KeyRing).keyOf(`child:${change.childId}`, 'content')
  const eventId = newId()
  const lane = laneOf(hub.keys, change.childId)
  const told = { v: 1, at: new Date().toISOString(), changeId: newId(), uci: '99MJYZXT0T', part: 'kept', ...change }
  const value = seal(key, Buffer.from(JSON.stringify(told)), eventId)
  const headers = { 'event-id': eventId, 'key-id': key.id, v: '1' }
  await hub.log.append([
    { topic: 'waymark.identity-changes.v1', partition: partitionOf(lane, 24), key: lane, value, headers },
  ])
}

describe('an event with a number of its sender’s', () => {
  it('that comes early has its receipt, again for the same, and goes on behind the one that was missing', async () => {
    const child = await aPupil()
    const from = await hub.head(school)
    const first = await post(child, 11)
    const early = event(child, 13)
    const receipt = await hub.post(council, early)
    const again = await hub.post(council, early)
    expect([receipt.statusCode, again.statusCode, again.headers['waymark-duplicate']]).toEqual([202, 202, 'true'])
    expect(again.body).toBe(receipt.body)
    const { eventId } = receipt.json<{ eventId: string }>()
    expect(await rowOf(eventId)).toMatchObject({ state: 'held' })
    const other = await post(child)
    expect(await sent(from, 2)).toEqual([first, other])
    const missing = await post(child, 12)
    expect(await sent(from, 4)).toEqual([first, other, missing, eventId])
  })

  it('that a person has minutes for does not wait, and takes along who waits before it', async () => {
    const child = await aPupil()
    const from = await hub.head(school)
    const [first, early] = [await post(child, 1), await post(child, 3)]
    const { data, ...envelope } = event(child, 5)
    const immediate = await accepted({ ...envelope, data: { ...data, urgency: 'U0' } })
    expect(await sent(from, 3)).toEqual([first, early, immediate])
  })

  it('reaches everybody in order, once, when a hundred are posted at once in no order, some of them twice', async () => {
    const child = await aPupil()
    const from = await hub.head(school)
    const posted = Array.from({ length: 100 }, (_, n) => event(child, n + 1))
    const [first, ...others] = posted
    const ids = [await accepted(first)]
    const shuffled = [...others, ...others.slice(0, 20)].sort((a, b) => (a.id.slice(-6) < b.id.slice(-6) ? -1 : 1))
    await Promise.all(shuffled.map((one) => accepted(one)))
    for (const one of others) ids.push(await accepted(one))
    await sent(from, 100)
    const slots = await hub.admin.query<{ event_id: string }>(
      'select event_id from exchange.delivery where recipient = $1 and sequence > $2 order by sequence',
      [school, from],
    )
    expect(slots.map(({ event_id }) => event_id)).toEqual(ids)
  })

  it('goes on in order from a batch in no order, where the line begins with it', async () => {
    const child = await aPupil()
    const from = await hub.head(school)
    const [three, one, two] = [event(child, 3), event(child, 1), event(child, 2)]
    const answer = await hub.post(council, [three, one, two])
    const { results } = answer.json<{ results: { eventId: string; id: string }[] }>()
    const idOf = ({ id }: { id: string }) => results.find((result) => result.id === id)?.eventId
    expect(await sent(from, 3)).toEqual([idOf(one), idOf(two), idOf(three)])
  })

  it('goes on after ten minutes without what never came; its sender hears of the gap, once', async () => {
    const child = await aPupil()
    const from = await hub.head(school)
    const first = await post(child, 1)
    const early = await post(child, 4)
    expect(await sent(from, 1)).toEqual([first])
    const heard = await hub.head(council)
    await tenMinutesLater(early)
    expect(await sent(from, 2)).toEqual([first, early])
    const notices = (await hub.feed(council, heard, 5)).events.map((notice) => hub.open(council, notice))
    expect(notices).toMatchObject([
      {
        type: 'uk.waymark.hub.event.held.v1',
        data: { body: { eventId: early, code: 'SEQUENCE_GAP', expectedSequence: '2', expectedThrough: '3' } },
      },
    ])
    expect(notices.flatMap((notice) => validateDelivered(notice))).toEqual([])
    const late = await post(child, 2)
    expect(await sent(from, 3)).toEqual([first, early, late])
    expect(await hub.head(council)).toBe(heard + 1)
  })

  it('is held, and told of, alike where the existence of its child is hidden', async () => {
    const told = async (child: ChildReference) => {
      const heard = await hub.head(council)
      await post(child, 1)
      const early = await post(child, 4)
      await tenMinutesLater(early)
      await until(async () => (await hub.head(council, false)) > heard)
      const [notice] = (await hub.feed(council, heard, 0)).events
      const { eventId, since, ...body } = hub.open(council, notice).data.body
      expect([eventId, typeof since]).toEqual([early, 'string'])
      return body
    }
    const [hidden, known] = [await aPupil(), await aPupil()]
    await hub.protect(hub.identity.childOf(hidden), 'existence-hidden')
    expect(await told(hidden)).toEqual(await told(known))
  })

  it('takes its place when its child is known at last, whatever the order in which it came meanwhile', async () => {
    const child = await aPupil()
    const from = await hub.head(school)
    const first = await post(child, 1)
    hub.identity.isSilent = true
    const [four, three, uncounted] = [await post(child, 4), await post(child, 3), await post(child)]
    hub.identity.isSilent = false
    expect(await sent(from, 2)).toEqual([first, uncounted])
    await until(async () => (await rowOf(four))?.state === 'held' && (await rowOf(three))?.state === 'held')
    const two = await post(child, 2)
    expect(await sent(from, 5)).toEqual([first, uncounted, two, three, four])
  })

  it('is in no line where its child may not be looked for', async () => {
    const withheld = { withheld: { reason: 'MORE_DETRIMENTAL' } }
    const lines = () => hub.admin.query('select from exchange.sender_line')
    const before = (await lines()).length
    const [three, one] = [await post(withheld, 3), await post(withheld, 1)]
    expect([await rowOf(three), await rowOf(one)]).toMatchObject([{ state: 'accepted' }, { state: 'accepted' }])
    expect((await lines()).length).toBe(before)
  })

  it('is never sent when its basis is withdrawn while it waits, and those behind it go on', async () => {
    const child = await aPupil()
    const from = await hub.head(school)
    const first = await post(child, 1)
    const [three, four] = [await post(child, 3), await post(child, 4)]
    await post(child, undefined, 'any.basis.withdrawn', { withdrawsEventId: three })
    const two = await post(child, 2)
    await until(async () => (await rowOf(four))?.state === 'accepted')
    await hub.settled()
    const all = await sentAfter(from)
    expect(all.filter((id) => [first, two, three, four].includes(id))).toEqual([first, two, four])
  })

  it('that is amended while it waits goes on before its amendment, so that whoever has it hears of that', async () => {
    const child = await aPupil()
    const from = await hub.head(school)
    const first = await post(child, 1)
    const three = await post(child, 3)
    const amendment = await post(child, undefined, 'any.correction.issued', { correctsEventId: three, kind: 'amended' })
    const two = await post(child, 2)
    expect(await sent(from, 4)).toEqual([first, two, three, amendment])
    const late = await post(child, undefined, 'any.correction.issued', { correctsEventId: three, kind: 'amended' })
    expect(await sent(from, 5)).toEqual([first, two, three, amendment, late])
  })

  it('goes on at once when its child is joined with one of which its sender has counted further', async () => {
    const [amina, double] = [await aPupil(), await aPupil()]
    const [kept, joined] = [hub.identity.childOf(amina), hub.identity.childOf(double)]
    await post(double, 20)
    const ahead = await post(double, 23)
    const early = [await post(amina, 1), await post(amina, 3)] as const
    expect(await rowOf(early[1])).toEqual({ child: kept, state: 'held' })
    expect(await rowOf(ahead)).toEqual({ child: joined, state: 'held' })
    await hub.admin.query(`insert into identity.child (id, uci, status) values ($1, '99MJYZXT0T', 'active')`, [kept])
    await hub.admin.query(
      `insert into identity.child (id, uci, status, joined_into) values ($1, '992R6JH4BZ', 'withdrawn', $2)`,
      [joined, kept],
    )
    hub.identity.give(double, kept)
    await tell({ kind: 'merged', childId: kept, others: [{ childId: joined, uci: '992R6JH4BZ', part: 'joined' }] })
    await until(async () => (await rowOf(early[1]))?.state === 'accepted')
    expect(await rowOf(ahead)).toEqual({ child: kept, state: 'held' })
    await post(double, 21)
    const last = await post(amina, 22)
    expect([await rowOf(last), await rowOf(ahead)]).toMatchObject([{ state: 'accepted' }, { state: 'accepted' }])
    await hub.settled()
    expect(await hub.admin.query('select from exchange.parked_event')).toEqual([])
  })

  it('goes on about its own child when that turns out to be another while it waits', async () => {
    const [amina, zara] = [await aPupil(), await aPupil()]
    const kept = hub.identity.childOf(amina)
    const parted = hub.identity.childOf(zara)
    hub.identity.give(zara, kept)
    const from = await hub.head(school)
    const [one, three] = [await post(amina, 1), await post(zara, 3)]
    expect(await rowOf(three)).toEqual({ child: kept, state: 'held' })
    hub.identity.give(zara, parted)
    await tell({ kind: 'mislinked', childId: kept, others: [{ childId: parted, uci: '9931PMJX7Q', part: 'new' }] })
    await until(async () => (await rowOf(three))?.state === 'accepted')
    expect(await rowOf(three)).toMatchObject({ child: parted })
    expect(await sent(from, 2)).toEqual([one, three])
    const two = await post(amina, 2)
    expect(await sent(from, 3)).toEqual([one, three, two])
    const subjects = (await hub.feed(school, from, 0)).events.map((copy) => hub.open(school, copy).subject)
    expect(subjects[2]).toBe(subjects[0])
    expect(subjects[1]).not.toBe(subjects[0])
  })
})
