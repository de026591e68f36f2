import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { newId } from '#libs/postgres'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { SafeguardingUnderTest } from './safeguarding-under-test.js'

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
const contact = { role: 'designated-safeguarding-lead', phone: '01632 960150' }
const left = {
  ...{ offRollOn: '2026-11-20', ground: 'registered-elsewhere', destination: 'school' },
  destinationSchool: { system: 'urn:waymark:gias-urn', value: '999902' },
}

type Child = Parameters<SafeguardingUnderTest['post']>[3]

const aChild = () => ({ childId: newId(), uci: '99X4NQJXC8' })
const stateOf = async (id: string) =>
  (await hub.admin.query<{ state: string }>('select state from safeguarding.handover where id = $1', [id]))[0]?.state
const closingOf = async (id: string) =>
  (
    await hub.admin.query<{ closing: string }>(
      'select closed_by_event_id as closing from safeguarding.handover_v where handover_id = $1',
      [id],
    )
  )[0]?.closing
const says = (by: string, word: 'confirmed' | 'declined', handoverId: string, child: Child) => {
  const body = word === 'confirmed' ? { arrivedOn: '2026-11-23', contact } : { reason: 'not-arrived' }
  return hub.post(by, `any.handover.${word}`, { handoverId, ...body }, child)
}

describe('a word about a handover', () => {
  it('moves it only if the receiver says it, of its own child, while it waits; which words did, the router reads', async () => {
    const [child, other] = [aChild(), aChild()]
    const id = await hub.openedBy(await hub.post(opener, 'school.pupil.left', left, child))
    await says(receiver, 'confirmed', id, other)
    await says(receiver, 'declined', id, other)
    await says('vale-police', 'confirmed', id, child)
    expect(await stateOf(id)).toBe('open')
    const no = await says(receiver, 'declined', id, child)
    const yes = await says(receiver, 'confirmed', id, child)
    await says(receiver, 'declined', id, child)
    expect(await stateOf(id)).toBe('confirmed')
    const words = 'select event_id from safeguarding.handover_word_v where handover_id = $1 order by event_id'
    expect(await hub.admin.query(words, [id])).toEqual([no, yes].map((event_id) => ({ event_id })))
    expect(await closingOf(id)).toBe(yes)
  })

  it('closes nothing that the arrival has closed: the router reads which event did', async () => {
    const child = aChild()
    const id = await hub.openedBy(await hub.post(opener, 'school.pupil.left', left, child))
    const school = { system: 'urn:waymark:gias-urn', value: '999902' }
    const arrival = { school, onRollOn: '2026-11-23', enrolment: 'main' }
    const arrived = await hub.post(receiver, 'school.pupil.admitted', arrival, child)
    await says(receiver, 'confirmed', id, child)
    expect(await closingOf(id)).toBe(arrived)
  })
})
