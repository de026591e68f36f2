import { afterAll, beforeAll, expect, it, jest } from '@jest/globals'
import { Database, newId } from '#libs/postgres'
import { waymarkDatabase, type TestDatabase } from '#libs/testing'
import { DeliveryRepository } from './delivery/delivery.repository.js'
import type { NewSlot } from './delivery/new-slot.js'

jest.setTimeout(60_000)

const recipients = ['a', 'b', 'c', 'd']
const writers = 8
const rounds = 25
let place: TestDatabase
let database: Database

beforeAll(async () => {
  place = await waymarkDatabase()
  const admin = await Database.open({ url: place.adminUrl, poolSize: 1 })
  await admin.query('alter table exchange.delivery drop constraint delivery_decision_fkey')
  await admin.query('insert into exchange.recipient_sequence (recipient) select unnest($1::text[])', [recipients])
  await admin.close()
  database = await Database.open({ url: place.urlOf('exchange'), poolSize: writers })
})
afterAll(async () => {
  await database.close()
  await place.drop()
})

function slot(recipient: string): NewSlot {
  const content = { reason: 'expired', withdraws: '0' } as const
  return { recipient, eventId: newId(), about: newId(), decisionId: newId(), ackDueAt: new Date(), content }
}

it('numbers each feed without a gap and without a deadlock, whoever numbers at the same time and whatever is taken back', async () => {
  const repository = new DeliveryRepository()
  let kept = 0
  const write = async (writer: number): Promise<void> => {
    for (let round = 0; round < rounds; round += 1) {
      const shift = (writer + round) % recipients.length
      const order = [...recipients.slice(shift), ...recipients.slice(0, shift)]
      const slots = [...order, ...order.slice(0, round % 3)].map(slot)
      const isTakenBack = (writer + round) % 5 === 0
      const work = database.transaction((tx) => {
        repository.write(tx, { decisions: [], slots, records: [] })
        return isTakenBack ? Promise.reject(new Error('taken back')) : Promise.resolve()
      })
      if (isTakenBack) await expect(work).rejects.toThrow('taken back')
      else await work.then(() => (kept += slots.length))
    }
  }
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
  const feeds = await database.query<{ slots: number; last: number; line: number }>(
    `select count(*)::int as slots, max(d.sequence)::int as last, max(q.last)::int as line
       from exchange.delivery d join exchange.recipient_sequence q using (recipient) group by recipient`,
  )
  expect(feeds.length).toBe(recipients.length)
  for (const { slots, last, line } of feeds) expect({ last, line }).toEqual({ last: slots, line: slots })
  expect(feeds.reduce((sum, { slots }) => sum + slots, 0)).toBe(kept)
})
