import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { kafkaEventLog, partitionOf, type EventLog } from '#libs/kafka'
import { laneOf, readProgramKeys } from '#libs/security'
import { silentLogger } from '#libs/service'
import { byParticulars, inventChild, type InventedChild } from '../children.js'
import { admission, protectionPlan } from '../events.js'
import { System } from '../system.js'
import { until } from '../until.js'

const topic = 'waymark.record-events.v1'
const partitions = 24

/** Promise 7: bad input gets a clear error; it never halts anyone else. */
describe('bad input halts nobody else', () => {
  let system: System
  let log: EventLog
  beforeAll(async () => {
    system = await System.open()
    log = kafkaEventLog({ brokers: system.place.brokers, clientId: 'e2e', logger: silentLogger() })
  }, 240_000)
  afterAll(async () => {
    await log.close()
    await system.close()
  })

  const laneOfChild = async (child: InventedChild): Promise<Buffer> => {
    const uci = await system.as('larkhill-primary').uciOf(child)
    const [row] = await system.database.query<{ child_id: string }>('select child_id from identity.child_of_uci($1)', [
      uci.replaceAll('-', ''),
    ])
    const keys = readProgramKeys(join(system.place.folder, 'keys', 'programs', 'exchange.json'))
    return laneOf(keys, row?.child_id ?? '')
  }

  it('a poison message stops its own child, and no other, not even in the same partition', async () => {
    const [school, council] = [system.as('larkhill-primary'), system.as('northbridge-council')]
    const poisoned = inventChild()
    const others = Array.from({ length: 30 }, () => inventChild())
    for (const child of [poisoned, ...others])
      await school.publish(admission('larkhill-primary', byParticulars(child, ['upn', 'nhs'])))
    const lane = await laneOfChild(poisoned)
    const partition = partitionOf(lane, partitions)
    const { head } = await school.status()
    await log.append(
      [lane, Buffer.concat([lane.subarray(0, 4), randomBytes(28)])].map((key) => ({
        ...{ topic, partition, key, value: randomBytes(200) },
        headers: {
          'event-id': '019a9f2e-7c3a-7d1e-9b6a-0c5d2e1f3a4b',
          seq: '1000000',
          v: '1',
          'key-id': '019a9f2e-7c3a-7d1e-9b6a-0c5d2e1f3a4c',
        },
      })),
    )
    await until('the lane is parked', async () => {
      const [row] = await system.database.query<{ n: string }>(
        'select (select count(*) from exchange.parked_subject where lane = $1) + (select count(*) from safeguarding.parked_subject where lane = $1) as n',
        [lane],
      )
      return Number(row?.n) > 0
    })
    const waits = protectionPlan(byParticulars(poisoned))
    await council.publish(waits)
    const events = others.map((child) => protectionPlan(byParticulars(child)))
    for (const event of events) await council.publish(event)
    const wanted = new Set(events.map(({ id }) => id))
    const slots = await until('everybody else’s plan is in the feed', async () => {
      const found = await school.slotsAfter(head)
      return found.filter((slot) => slot.kind === 'copy' && wanted.has(slot.id)).length === wanted.size && found
    })
    expect(slots.some((slot) => slot.kind === 'copy' && slot.id === waits.id)).toBe(false)
  })

  it('a flood of what is refused leaves the answers of others as they are', async () => {
    const [council, school] = [system.as('northbridge-council'), system.as('larkhill-primary')]
    const bad = Array.from({ length: 60 }, (_, n) =>
      council.client.request('POST', '/v1/events', {
        body: n % 2 === 0 ? '{' : JSON.stringify({ ...protectionPlan(byParticulars(inventChild())), data: {} }),
        headers: { 'content-type': 'application/cloudevents+json' },
      }),
    )
    const good = Array.from({ length: 5 }, () =>
      school.post(admission('larkhill-primary', byParticulars(inventChild(), ['upn']))),
    )
    expect((await Promise.all(good)).map(({ status }) => status)).toEqual([202, 202, 202, 202, 202])
    const refused = (await Promise.all(bad)).map(({ body }) => (body as { code: string }).code)
    expect(new Set(refused)).toEqual(new Set(['MALFORMED', 'BASIS_MISSING']))
  })
})
