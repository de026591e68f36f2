import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import type { ChildReference } from '#libs/events'
import { newId } from '#libs/postgres'
import { aChild, anEvent, waymarkDatabase, type TestDatabase } from '#libs/testing'
import { ExchangeUnderTest, until } from './exchange-under-test.js'
import { EventRepository } from './ingest/event.repository.js'

jest.setTimeout(60_000)

let place: TestDatabase
let hub: ExchangeUnderTest

beforeAll(async () => {
  place = await waymarkDatabase()
  hub = await ExchangeUnderTest.start(place, mkdtempSync(join(tmpdir(), 'waymark-held-events-')))
}, 120_000)
// What one test posted comes into no feed that the next one reads.
afterEach(() => hub.settled())
afterAll(async () => {
  await hub.stop()
  await place.drop()
})

const [council, school, other] = ['northbridge-council', 'larkhill-primary', 'st-brannocs-primary']

/** A child at two schools. */
async function aPupil(): Promise<ChildReference> {
  const recordId = newId()
  const child = aChild({ recordId, identifiers: [{ system: 'urn:waymark:local', value: recordId }] })
  for (const name of [school, other]) await hub.involve(hub.identity.childOf(child), name, 'registered')
  return child
}

interface More {
  readonly body?: object
  readonly number?: number
  readonly occurredAt?: Date
}

function eventOf(type: string, child: ChildReference, { body, number, occurredAt }: More = {}): object {
  const { data, ...envelope } = anEvent(type)
  return {
    ...{ ...envelope, id: newId(), source: `urn:waymark:agency:${council}` },
    ...(number !== undefined && { sendersequence: String(number) }),
    data: {
      ...{ ...data, occurredAt: (occurredAt ?? new Date()).toISOString(), child, body: { ...data.body, ...body } },
      sharingBasis: { ...data.sharingBasis, purpose: 'safeguard-child' },
    },
  }
}

async function post(type: string, child: ChildReference, more?: More): Promise<string> {
  const answer = await hub.post(council, eventOf(type, child, more))
  expect(answer.statusCode === 202 ? '' : answer.body).toBe('')
  return answer.json<{ eventId: string }>().eventId
}

/** Plans of children of whom nobody has heard, in one batch. */
async function postStrangers(count: number): Promise<void> {
  const events = Array.from({ length: count }, () => {
    const child = aChild({ recordId: newId(), identifiers: [{ system: 'urn:waymark:local', value: newId() }] })
    return eventOf('council.protection-plan.started', child)
  })
  await hub.post(council, events)
  expect(await awaiting()).toBe(count)
}

/** How many events wait for their child. */
async function awaiting(): Promise<number> {
  const [row] = await hub.admin.query<{ n: number }>(
    `select count(*)::int as n from exchange.event where state = 'awaiting-identity'`,
  )
  return row?.n ?? 0
}

const plan = (child: ChildReference, more?: More) => post('council.protection-plan.started', child, more)
/** A plan that has not happened yet. */
const aheadPlan = (child: ChildReference, more?: More) =>
  plan(child, { ...more, occurredAt: new Date(Date.now() + 600_000) })
const correction = (child: ChildReference, correctsEventId: string) =>
  eventOf('any.correction.issued', child, { body: { correctsEventId, kind: 'amended' } })
const amend = (child: ChildReference, correctsEventId: string) =>
  post('any.correction.issued', child, { body: { correctsEventId, kind: 'amended' } })

const stateOf = async (eventId: string) =>
  (await hub.admin.query<{ state: string }>('select state from exchange.event where event_id = $1', [eventId]))[0]
    ?.state
const wentOn = (eventId: string) => until(async () => (await stateOf(eventId)) === 'accepted')

const itsTimeHasCome = (eventId: string) =>
  hub.admin.query('update exchange.event set release_at = now() where event_id = $1', [eventId])

/** Of some events those that are in a feed after a number, in its order, as their reader has them. */
async function sentTo(reader: string, after: number, eventIds: readonly string[]): Promise<readonly string[]> {
  await hub.settled()
  const { events } = await hub.feed(reader, after, 0)
  return events.filter(({ type, id }) => type.includes('sealed') && eventIds.includes(id)).map(({ id }) => id)
}

describe('an event that is held, since it has not happened yet,', () => {
  it('goes on before its amendments, in their order, to whoever has it', async () => {
    const child = await aPupil()
    const [from, heard] = [await hub.head(school), await hub.head(council)]
    const held = await aheadPlan(child)
    const [first, second] = [await amend(child, held), await amend(child, held)]
    expect(await sentTo(school, from, [held, first, second])).toEqual([])
    await itsTimeHasCome(held)
    await wentOn(held)
    const third = await amend(child, held)
    await wentOn(third)
    expect(await sentTo(school, from, [held, first, second, third])).toEqual([held, first, second, third])
    const late = await amend(child, held)
    expect(await sentTo(school, from, [third, late])).toEqual([third, late])
    const words = (await hub.feed(council, heard, 0)).events.map((word) => hub.open(council, word).data.body['eventId'])
    expect(words).toEqual([held])
  })

  it('goes on before the amendments of one batch, in their order, though its time comes while that is judged', async () => {
    const child = await aPupil()
    const from = await hub.head(school)
    const held = await aheadPlan(child)
    const events = hub.app.get(EventRepository)
    const asked = events.ownEvent.bind(events)
    const goesOn = async () => {
      await itsTimeHasCome(held)
      await wentOn(held)
    }
    let released: Promise<void> | undefined
    const sought = jest.spyOn(events, 'ownEvent').mockImplementation(async (source, eventId) => {
      const before = released ? undefined : asked(source, eventId)
      released ??= before?.then(goesOn)
      await released
      return before ?? asked(source, eventId)
    })
    const amendments = [correction(child, held), correction(child, held)]
    const answer = await hub.post(council, amendments)
    sought.mockRestore()
    const ids = answer.json<{ results: readonly { eventId: string }[] }>().results.map(({ eventId }) => eventId)
    for (const eventId of [held, ...ids]) await wentOn(eventId)
    expect(await sentTo(school, from, [held, ...ids])).toEqual([held, ...ids])
  })

  it('is never sent when its basis is withdrawn, of which the data protection officer hears, or it is retracted, which goes ahead', async () => {
    const officer = 'waymark-hub/data-protection-officer'
    const child = await aPupil()
    const [from, ofOfficer] = [await hub.head(school), await hub.head(officer)]
    const [held, wrong] = [await aheadPlan(child), await aheadPlan(child)]
    const withdrawal = await post('any.basis.withdrawn', child, { body: { withdrawsEventId: held } })
    const retraction = await post('any.correction.issued', child, {
      body: { correctsEventId: wrong, kind: 'retracted' },
    })
    expect([await stateOf(withdrawal), await stateOf(retraction)]).toEqual(['held', 'accepted'])
    for (const eventId of [held, wrong]) await itsTimeHasCome(eventId)
    for (const eventId of [withdrawal, wrong]) await wentOn(eventId)
    expect(await sentTo(school, from, [held, wrong, withdrawal, retraction])).toEqual([])
    expect(await sentTo(officer, ofOfficer, [withdrawal])).toEqual([withdrawal])
  })

  it('does not leave to whom its sender declines to share it with meanwhile, and leaves to others', async () => {
    const child = await aPupil()
    const [from, ofOther] = [await hub.head(school), await hub.head(other)]
    const held = await aheadPlan(child)
    const declined = await post('any.sharing.declined', child, { body: { eventId: held, agencies: [school] } })
    await itsTimeHasCome(held)
    await wentOn(declined)
    expect(await sentTo(other, ofOther, [held])).toEqual([held])
    expect(await sentTo(school, from, [held])).toEqual([])
  })

  it('goes on before all its amendments where its sender counts, and an earlier number is missing', async () => {
    const child = await aPupil()
    const from = await hub.head(school)
    const one = await plan(child, { number: 1 })
    const three = await aheadPlan(child, { number: 3 })
    const first = await amend(child, three)
    await itsTimeHasCome(three)
    await until(
      async () =>
        (await hub.admin.query('select from exchange.event where event_id = $1 and line_type is not null', [three]))
          .length === 1,
    )
    const second = await amend(child, three)
    const two = await plan(child, { number: 2 })
    await wentOn(second)
    const all = [one, two, three, first, second]
    expect(await sentTo(school, from, all)).toEqual(all)
  })
})

describe('an event whose child is not known yet', () => {
  it('goes on before what corrects it, though identity falls silent between them', async () => {
    const child = await aPupil()
    const from = await hub.head(school)
    hub.identity.isSilent = true
    const waiting = await plan(child)
    expect(await stateOf(waiting)).toBe('awaiting-identity')
    const first = await amend(child, waiting)
    const amendedAgain = await amend(child, first)
    hub.identity.isSilent = false
    await wentOn(waiting)
    hub.identity.isSilent = true
    await wentOn(amendedAgain)
    hub.identity.isSilent = false
    const all = [waiting, first, amendedAgain]
    expect(await sentTo(school, from, all)).toEqual(all)
  })

  it('keeps nothing waiting that belongs to an earlier event, however many others wait while identity is silent', async () => {
    const child = await aPupil()
    const held = await aheadPlan(child)
    hub.identity.isSilent = true
    await postStrangers(250)
    const amended = await amend(child, held)
    await itsTimeHasCome(held)
    hub.identity.isSilent = false
    await wentOn(held)
    hub.identity.isSilent = true
    try {
      await wentOn(amended)
      expect(await awaiting()).toBeGreaterThan(100)
    } finally {
      hub.identity.isSilent = false
    }
    await until(async () => (await awaiting()) === 0)
  })

  it('goes on before what corrects it, and that before what its sender posted later', async () => {
    const child = await aPupil()
    const from = await hub.head(school)
    hub.identity.isSilent = true
    const waiting = await plan(child)
    const first = await amend(child, waiting)
    const amendedAgain = await amend(child, first)
    const later = await plan(child)
    hub.identity.isSilent = false
    await wentOn(waiting)
    const latest = await plan(child)
    for (const eventId of [amendedAgain, later, latest]) await wentOn(eventId)
    const all = [waiting, first, amendedAgain, later, latest]
    expect(await sentTo(school, from, all)).toEqual(all)
  })
})
