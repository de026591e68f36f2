import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Agency, Copy } from '../agency.js'
import { byParticulars, inventChild } from '../children.js'
import { admission, day, eventOf } from '../events.js'
import { System } from '../system.js'
import { until } from '../until.js'
import type { ChildReference } from '#libs/events'

interface Waiting {
  readonly id: string
  readonly kind: string
  readonly state: string
  readonly level: number
}

/** A child that leaves one agency is expected by another until that one says that it is there; time alone closes nothing. */
describe('no child is lost between two agencies', () => {
  let system: System
  let [larkhill, brannocs, council, officer]: Agency[] = []
  beforeAll(async () => {
    system = await System.open()
    larkhill = system.as('larkhill-primary')
    brannocs = system.as('st-brannocs-primary')
    council = system.as('northbridge-council')
    officer = system.as('data-protection-officer')
  }, 240_000)
  afterAll(() => system.close())

  /** Larkhill takes a pupil off its roll who is to go to St Brannoc's. @returns the handover that opened, as St Brannoc's heard */
  const leave = async (child: ChildReference): Promise<string> => {
    const { head } = await theirs(brannocs).status()
    await theirs(larkhill).publish(admission('larkhill-primary', child))
    const destination = {
      destination: 'school',
      destinationSchool: { system: 'urn:waymark:gias-urn', value: '999902' },
    }
    await theirs(larkhill).publish(
      eventOf({
        agency: 'larkhill-primary',
        type: 'school.pupil.left',
        child,
        body: {
          offRollOn: day(),
          lastAttendedOn: day(-1),
          ground: 'registered-elsewhere',
          expectedOn: day(3),
          ...destination,
        },
      }),
    )
    const opened = await awaitNews(brannocs, 'opened', head, ({ kind }) => kind === 'school')
    return String(opened.data.body['handoverId'])
  }
  const theirs = (agency: Agency | undefined): Agency => agency as Agency
  const awaitNews = (
    agency: Agency | undefined,
    news: 'opened' | 'overdue' | 'closed',
    after: number,
    fits: (body: Copy['data']['body']) => boolean,
  ): Promise<Copy> =>
    until(`${String(agency?.name)} hears that a handover is ${news}`, async () =>
      (await theirs(agency).slotsAfter(after)).find(
        (slot): slot is Copy =>
          slot.kind === 'copy' && slot.type === `uk.waymark.hub.handover.${news}.v1` && fits(slot.data.body),
      ),
    )
  const waitingOf = async (agency: Agency | undefined): Promise<readonly Waiting[]> => {
    const answer = await theirs(agency).ask('OpenHandovers', { first: 50 })
    expect(answer.errors).toBeUndefined()
    return (answer.data?.['handovers'] as { edges: { node: Waiting }[] }).edges.map(({ node }) => node)
  }
  /** The word of an agency on a handover; resolves when the hub has heard it. */
  const say = async (
    agency: Agency | undefined,
    word: 'confirmed' | 'declined',
    handoverId: string,
    child: ChildReference,
  ) => {
    const { name } = theirs(agency)
    const contact = { role: 'designated-safeguarding-lead', phone: '01632 960150' }
    const body =
      word === 'confirmed'
        ? { handoverId, arrivedOn: day(), seenOn: day(), contact }
        : { handoverId, reason: 'not-arrived' }
    const { eventId } = await theirs(agency).publish(
      eventOf({ agency: name, type: `any.handover.${word}`, child, body }),
    )
    await until(`the word of ${name} was heard`, async () => {
      const heard = await system.database.query('select 1 from safeguarding.inbox_seen where event_id = $1', [eventId])
      return heard.length > 0
    })
    return eventId
  }
  const forward = async (advance: string) => {
    expect((await theirs(officer).request('POST', '/v1/demo-clock', { advance })).status).toBe(200)
  }

  it('it opens with a date, goes up level by level when the date passes, and closes when the receiver confirms', async () => {
    const child = byParticulars(inventChild(), ['upn', 'nhs'])
    const heads = { larkhill: (await theirs(larkhill).status()).head, council: (await theirs(council).status()).head }
    const id = await leave(child)
    const isIt = (body: Copy['data']['body']) => body['handoverId'] === id
    const told = await awaitNews(council, 'opened', heads.council, isIt)
    expect(told.data.body).toMatchObject({
      level: 0,
      fromAgency: 'larkhill-primary',
      contact: { phone: expect.any(String) },
    })
    expect(Date.parse(String(told.data.body['dueAt']))).toBeGreaterThan(Date.now())
    expect((await waitingOf(brannocs)).find((handover) => handover.id === id)).toMatchObject({
      state: 'open',
      level: 0,
    })

    await forward('P30D')
    const isAt = (level: number) => (body: Copy['data']['body']) => isIt(body) && body['level'] === level
    await awaitNews(larkhill, 'overdue', heads.larkhill, isAt(1))
    await awaitNews(council, 'overdue', heads.council, isAt(2))
    expect((await waitingOf(brannocs)).find((handover) => handover.id === id)?.state).toBe('overdue')

    await say(brannocs, 'confirmed', id, child)
    await awaitNews(larkhill, 'closed', heads.larkhill, isIt)
    expect((await waitingOf(brannocs)).map((handover) => handover.id)).not.toContain(id)
  })

  it('the word of anybody but the receiver closes nothing and reaches nobody; whoever said it hears that it was not taken', async () => {
    const child = byParticulars(inventChild(), ['upn', 'nhs'])
    const id = await leave(child)
    const tidewell = system.as('tidewell-council')
    const heads = { larkhill: (await theirs(larkhill).status()).head, tidewell: (await tidewell.status()).head }
    for (const other of [larkhill, council]) await say(other, 'confirmed', id, child)
    await say(larkhill, 'declined', id, child)
    const eventId = await say(tidewell, 'confirmed', id, child)
    const notice = await until('Tidewell hears that its word was not taken', async () =>
      (await tidewell.slotsAfter(heads.tidewell)).find(
        (slot): slot is Copy => slot.kind === 'copy' && slot.data.body['eventId'] === eventId,
      ),
    )
    expect(notice).toMatchObject({
      type: 'uk.waymark.hub.event.held.v1',
      data: { body: { code: 'CONTRACT_BROKEN' } },
    })
    expect((await waitingOf(brannocs)).find((handover) => handover.id === id)).toMatchObject({ kind: 'school' })
    const words = (await theirs(larkhill).slotsAfter(heads.larkhill)).flatMap((slot) =>
      slot.kind === 'copy' ? [slot.type] : [],
    )
    expect(words.filter((type) => type.startsWith('uk.waymark.any.handover.'))).toEqual([])
  })

  it('whoever opened one may ask what became of it: a practice’s end of a registration stands in the list of the hospitals', async () => {
    const hospitals = system.as('northbridge-hospitals')
    const child = byParticulars(inventChild(), ['nhs'])
    const ended = { endedOn: day(-1) }
    const basis = { purpose: 'safeguard-child' }
    await hospitals.publish(
      eventOf({ agency: 'northbridge-hospitals', type: 'nhs.gp-registration.ended', child, body: ended, basis }),
    )
    await until('the hospitals see that the child waits for a practice', async () =>
      (await waitingOf(hospitals)).find(({ kind }) => kind === 'gp'),
    )
  })

  it('the receiver’s word about another child closes nothing', async () => {
    const [child, sibling] = [inventChild(), inventChild()].map((one) => byParticulars(one, ['upn', 'nhs']))
    const id = await leave(child as ChildReference)
    await theirs(larkhill).publish(admission('larkhill-primary', sibling as ChildReference))
    await say(brannocs, 'confirmed', id, sibling as ChildReference)
    expect((await waitingOf(brannocs)).map((handover) => handover.id)).toContain(id)
    await say(brannocs, 'confirmed', id, child as ChildReference)
    expect((await waitingOf(brannocs)).map((handover) => handover.id)).not.toContain(id)
  })

  it('a departure that was about the wrong child ends it, and the receiver hears that nobody will come', async () => {
    const { head } = await theirs(brannocs).status()
    const child = byParticulars(inventChild(), ['upn', 'nhs'])
    const id = await leave(child)
    const [departure] = await system.database.query<{ event: string }>(
      'select source_event_id as event from safeguarding.handover where id = $1',
      [id],
    )
    const body = { correctsEventId: departure?.event, kind: 'wrong-child', reason: 'Another pupil of the same name.' }
    await theirs(larkhill).publish(eventOf({ agency: 'larkhill-primary', type: 'any.correction.issued', child, body }))
    const closed = await awaitNews(brannocs, 'closed', head, ({ handoverId }) => handoverId === id)
    expect(closed.data.body).toMatchObject({ reason: 'retracted' })
    expect((await waitingOf(brannocs)).map((handover) => handover.id)).not.toContain(id)
  })

  it('a receiver that says no leaves it open, its council is told, and the council may then say where the child is', async () => {
    const child = byParticulars(inventChild(), ['upn', 'nhs'])
    const id = await leave(child)
    const { head } = await theirs(council).status()
    await say(brannocs, 'declined', id, child)
    await awaitNews(council, 'opened', head, ({ handoverId }) => handoverId === id)
    await say(larkhill, 'confirmed', id, child)
    expect((await waitingOf(council)).map((handover) => handover.id)).toContain(id)
    await say(council, 'confirmed', id, child)
    expect((await waitingOf(council)).map((handover) => handover.id)).not.toContain(id)
  })
})
