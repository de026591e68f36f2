import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { newId } from '#libs/postgres'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { SafeguardingUnderTest, until } from './safeguarding-under-test.js'

jest.setTimeout(60_000)

let test: TestDatabase
let hub: SafeguardingUnderTest

beforeAll(async () => {
  test = await emptyDatabase()
  hub = await SafeguardingUnderTest.start(test)
})
afterAll(async () => {
  await hub.stop()
  await test.drop()
})

const [opener, receiver] = ['larkhill-primary', 'st-brannocs-primary']

type Child = Parameters<SafeguardingUnderTest['post']>[3]

const aChild = () => ({ childId: newId(), uci: '99X4NQJXC8' })
const leaves = (child: Child) =>
  hub.post(
    opener,
    'school.pupil.left',
    {
      ...{ offRollOn: '2026-11-20', ground: 'registered-elsewhere', destination: 'school' },
      destinationSchool: { system: 'urn:waymark:gias-urn', value: '999902' },
    },
    child,
  )
const takesBack = (by: string, correctsEventId: string, child: Child, kind = 'wrong-child') =>
  hub.post(by, 'any.correction.issued', { correctsEventId, kind, reason: 'Another pupil of the same name.' }, child)
const arrives = (child: Child) =>
  hub.post(receiver, 'school.pupil.admitted', { onRollOn: '2026-11-23', enrolment: 'main' }, child)
const now = async (id: string) => {
  const sql = 'select state, next_at is not null as "hasClock" from safeguarding.handover where id = $1'
  return (await hub.admin.query<{ state: string; hasClock: boolean }>(sql, [id]))[0]
}
const waits = { state: 'open', hasClock: true }
const retracted = { state: 'retracted', hasClock: false }

describe('a handover whose departure is taken back', () => {
  it.each(['wrong-child', 'retracted'])('ends (%s), with its reason told to all who were told of it', async (kind) => {
    const child = aChild()
    const departure = await leaves(child)
    const id = await hub.openedBy(departure)
    const { addressed } = await hub.hears('opened', id)
    await takesBack(opener, departure, child, kind)
    expect(await now(id)).toEqual(retracted)
    const closed = await hub.hears('closed', id)
    expect(closed.event.data.body).toMatchObject({ handoverId: id, reason: 'retracted' })
    expect(closed.addressed).toEqual(addressed)
  })

  it('goes on while another departure of the same agency stands, and ends with the last', async () => {
    const child = aChild()
    const departures = [await leaves(child), await leaves(child)] as const
    const id = await hub.openedBy(departures[0])
    await takesBack(opener, departures[0], child)
    expect(await now(id)).toEqual(waits)
    await takesBack(opener, departures[1], child)
    expect(await now(id)).toEqual(retracted)
  })

  it('is not ended by an amendment, nor by another agency', async () => {
    const child = aChild()
    const departure = await leaves(child)
    const id = await hub.openedBy(departure)
    await takesBack(opener, departure, child, 'amended')
    await takesBack(receiver, departure, child)
    expect(await now(id)).toEqual(waits)
  })

  it('opens anew with the next departure', async () => {
    const child = aChild()
    await takesBack(opener, await leaves(child), child)
    expect(await now(await hub.openedBy(await leaves(child)))).toEqual(waits)
  })

  it('stays confirmed where its receiver had confirmed it, and does not wait again if the arrival is taken back too', async () => {
    const child = aChild()
    const departure = await leaves(child)
    const id = await hub.openedBy(departure)
    const arrival = await arrives(child)
    const closed = await hub.hears('closed', id)
    expect(closed.event.data.body).toMatchObject({ reason: 'confirmed' })
    await takesBack(opener, departure, child)
    expect(await now(id)).toMatchObject({ state: 'confirmed' })
    await takesBack(receiver, arrival, child)
    expect(await now(id)).toMatchObject({ state: 'confirmed' })
  })

  it('waits again if what took its departure back is itself taken back', async () => {
    const child = aChild()
    const departure = await leaves(child)
    const id = await hub.openedBy(departure)
    await hub.hears('opened', id)
    await takesBack(opener, await takesBack(opener, departure, child), child, 'retracted')
    expect(await now(id)).toEqual(waits)
    const openedTwice = async () =>
      (await hub.said()).filter(
        ({ event: { type, data } }) => type.includes('handover.opened') && data.body['handoverId'] === id,
      ).length === 2
    await until(openedTwice)
  })
})
