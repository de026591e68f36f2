import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import { Database, newId } from '#libs/postgres'
import { waymarkDatabase, type TestDatabase } from '#libs/testing'
import { DatabaseClock } from './database-clock.js'
import type { EventRow } from './event-rows.js'
import { EventRepository } from './event.repository.js'
import { writeApart } from './write-apart.js'

jest.setTimeout(60_000)

let place: TestDatabase
let database: Database
let events: EventRepository

beforeAll(async () => {
  place = await waymarkDatabase()
  database = await Database.open({ url: place.urlOf('exchange'), poolSize: 4 })
  events = new EventRepository(database, new DatabaseClock())
}, 60_000)
afterAll(async () => {
  await database.close()
  await place.drop()
})

/** An event as acceptance writes it; `bad` holds what no text of the database can. */
function aRow(more: { name?: string; child?: string; source?: string; bad?: boolean } = {}): EventRow {
  const { name = newId(), child = newId(), source = 'larkhill-primary', bad = false } = more
  const eventId = newId()
  const recordId = newId()
  return {
    ...{ source, sourceEventId: name, eventId, bodyDigest: 'd', type: 't', child, state: 'accepted' },
    receipt: bad ? 'half a \u0000 receipt' : `receipt of ${eventId}`,
    acceptedAt: new Date(),
    keyId: newId(),
    sealed: Buffer.from(`sealed ${eventId}`),
    outgoing: { stream: child, shard: 1, partition: 5, lane: Buffer.from(child), headers: { 'event-id': eventId } },
    access: {
      ...{ topic: 'waymark.access-records.v1', partition: 2, key: Buffer.from(recordId), eventId: recordId },
      ...{ headers: { service: 'exchange' }, value: Buffer.from(`record of ${eventId}`), shard: 0 },
    },
  }
}

const write = (rows: readonly EventRow[]) => writeApart((some) => events.insert(some), rows)
const idsOf = (rows: readonly EventRow[]) => rows.map(({ eventId }) => eventId)

describe('a group of events', () => {
  it('leaves each event its own bytes: body, message and access record', async () => {
    const rows = [aRow(), aRow(), aRow()]
    expect((await write(rows)).written).toEqual(new Set(idsOf(rows)))
    for (const { eventId, access, outgoing } of rows) {
      const [found] = await database.query<{
        body: string
        message: string
        lane: string
        record: string
        key: string
      }>(
        `select convert_from(b.sealed, 'UTF8') as body, convert_from(o.value, 'UTF8') as message,
                convert_from(o.key, 'UTF8') as lane, convert_from(a.value, 'UTF8') as record, convert_from(a.key, 'UTF8') as key
           from exchange.event_body b join exchange.outbox o on o.event_id = b.event_id
           join exchange.outbox a on a.event_id = $2::uuid where b.event_id = $1::uuid`,
        [eventId, access?.eventId],
      )
      expect(found).toEqual({
        ...{ body: `sealed ${eventId}`, message: `sealed ${eventId}`, lane: outgoing?.stream },
        ...{ record: `record of ${eventId}`, key: access?.eventId },
      })
    }
  })

  it('takes one of two that have one name, and the one that came first', async () => {
    const [first, again, other] = [aRow({ name: 'n-1' }), aRow({ name: 'n-1' }), aRow()]
    expect((await write([first, again, other])).written).toEqual(new Set(idsOf([first, other])))
    expect(await events.known([again])).toEqual([
      { eventId: first.eventId, bodyDigest: 'd', receipt: `receipt of ${first.eventId}` },
    ])
  })

  it('gives the receipt that was never heard to whoever asks again after a crash', async () => {
    const row = aRow()
    await write([row])
    const repeat = aRow({ name: row.sourceEventId, child: row.child ?? '' })
    expect(await write([repeat])).toEqual({ written: new Set(), unwritable: new Set() })
    expect(await events.known([repeat])).toMatchObject([{ receipt: row.receipt }])
    const [line] = await database.query<{ last_seq: string }>(
      'select last_seq from exchange.child_stream where stream = $1',
      [row.child],
    )
    expect(line?.last_seq).toBe('1')
  })

  it('is written but for what cannot be, wherever that stands, in order per child and without a gap', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }), async (bad) => {
        const child = newId()
        const rows = bad.map((isBad) => aRow({ child, bad: isBad }))
        const good = rows.filter((_, n) => !bad[n])
        const { written, unwritable } = await write(rows)
        expect(written).toEqual(new Set(idsOf(good)))
        expect(unwritable.size).toBe(rows.length - good.length)
        const sent = await database.query<{ event_id: string; seq: string }>(
          `select event_id, headers ->> 'seq' as seq from exchange.outbox where key = $1 order by pos`,
          [Buffer.from(child)],
        )
        expect(sent).toEqual(good.map(({ eventId }, n) => ({ event_id: eventId, seq: String(n + 1) })))
      }),
      { numRuns: 15 },
    )
  })

  it('fails as a whole when the database is at fault, and is not tried in parts', async () => {
    let tries = 0
    const away = Object.assign(new Error('terminating connection'), { code: '57P01' })
    const insert = () => {
      tries += 1
      return Promise.reject(away)
    }
    await expect(writeApart(insert, [aRow(), aRow()])).rejects.toBe(away)
    expect(tries).toBe(1)
  })
})
