import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import { Database, newId } from '#libs/postgres'
import type { ProgramKeys } from '#libs/security'
import { waymarkDatabase, type TestDatabase } from '#libs/testing'
import { DatabaseClock } from './database-clock.js'
import type { EventRow } from './event-rows.js'
import { EventRepository } from './event.repository.js'
import { mostEarly } from './sender-line.js'
import { SenderLineRepository } from './sender-line.repository.js'
import { SenderLines, type ToldGap } from './sender-lines.js'

jest.setTimeout(60_000)

let place: TestDatabase
let admin: Database
const opened: Database[] = []
const told: ToldGap[] = []
const keys = { secrets: new Map([['lane', randomBytes(32)]]) } as unknown as ProgramKeys

/** A program that takes events in: it keeps nothing but its connections. */
async function program(): Promise<SenderLines> {
  const database = await Database.open({ url: place.urlOf('exchange'), poolSize: 6 })
  opened.push(database)
  return new SenderLines({
    ...{ database, keys, events: new EventRepository(database, new DatabaseClock()) },
    lines: new SenderLineRepository(database),
    wordOf: (gap) => {
      told.push(gap)
      return Promise.resolve(aRow(newId()))
    },
    onCommitted: () => undefined,
  })
}

let one: SenderLines
let other: SenderLines

beforeAll(async () => {
  place = await waymarkDatabase()
  admin = await Database.open({ url: place.adminUrl, poolSize: 2 })
  ;[one, other] = [await program(), await program()]
}, 60_000)
afterAll(async () => {
  await Promise.all([admin, ...opened].map((database) => database.close()))
  await place.drop()
})

/** An event as acceptance writes it. */
function aRow(child: string, number?: number, more: Partial<EventRow> = {}): EventRow {
  const eventId = newId()
  return {
    ...{ source: 'larkhill-primary', sourceEventId: eventId, eventId, bodyDigest: 'd', type: 't', child },
    ...{ state: 'accepted', receipt: '{}', acceptedAt: new Date(), keyId: newId(), sealed: Buffer.from(eventId) },
    outgoing: { stream: child, shard: 1, partition: 5, lane: Buffer.from(child), headers: { 'event-id': eventId } },
    ...(number !== undefined && { place: { type: more.type ?? 't', number: BigInt(number) } }),
    ...more,
  }
}

/** The child of such an event is not known yet. */
function awaitingRow(): EventRow {
  const known = Object.entries(aRow(newId())).filter(([name]) => name !== 'child' && name !== 'outgoing')
  return { ...(Object.fromEntries(known) as unknown as EventRow), state: 'awaiting-identity' }
}

const idsOf = (rows: readonly EventRow[]) => rows.map(({ eventId }) => eventId)

/** What went on of a child, by its order; it has no gap and is that of the outbox. */
async function sentOf(child: string): Promise<readonly string[]> {
  const rows = await admin.query<{ event_id: string; seq: string }>(
    `select o.event_id, o.headers ->> 'seq' as seq from exchange.outbox o join exchange.event e using (event_id)
      where e.stream = $1 order by o.pos`,
    [child],
  )
  expect(rows.map(({ seq }) => Number(seq))).toEqual(rows.map((_, n) => n + 1))
  return rows.map(({ event_id }) => event_id)
}

const passedOf = async (child: string) => {
  const [line] = await admin.query<{ passed: string | null }>(
    'select passed from exchange.sender_line where child = $1',
    [child],
  )
  return line && Number(line.passed)
}

/** Ten minutes pass for whoever waits. */
const tenMinutesLater = (child: string) =>
  admin.query(`update exchange.event set release_at = release_at - interval '10 minutes' where child = $1`, [child])

describe('events that their sender counts', () => {
  it('go on in its order, each once, however they arrive, are grouped, and whichever program takes them', async () => {
    const shuffled = fc.integer({ min: 2, max: 30 }).chain((count) =>
      fc.shuffledSubarray(
        Array.from({ length: count }, (_, n) => n + 2),
        { minLength: count },
      ),
    )
    const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 30, maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(shuffled, sizes, fc.boolean(), async (order, sizesOf, atOnce) => {
        const child = newId()
        const rows = order.map((number) => aRow(child, number))
        const first = aRow(child, 1)
        await one.insert([first])
        const groups: EventRow[][] = []
        for (let at = 0; at < rows.length; at += groups.at(-1)?.length ?? 1)
          groups.push(rows.slice(at, at + (sizesOf[groups.length] ?? 1)))
        const write = (group: EventRow[], n: number) => (n % 2 === 0 ? one : other).insert(group)
        if (atOnce) await Promise.all(groups.map(write))
        else for (const [n, group] of groups.entries()) await write(group, n)
        const inOrder = [...rows].sort((a, b) => Number((a.place?.number ?? 0n) - (b.place?.number ?? 0n)))
        expect(await sentOf(child)).toEqual(idsOf([first, ...inOrder]))
      }),
      { numRuns: 25 },
    )
    expect(told).toEqual([])
  })

  it('keep their place among those that nobody counts, which touch no line', async () => {
    const child = newId()
    const group = [aRow(child), aRow(child, 5), aRow(child), aRow(child, 6)]
    await one.insert(group)
    expect(await sentOf(child)).toEqual(idsOf(group))
    const uncounted = newId()
    await one.insert([aRow(uncounted), aRow(uncounted)])
    expect([await sentOf(uncounted).then(({ length }) => length), await passedOf(uncounted)]).toEqual([2, undefined])
  })

  it('are counted by sender, child and type', async () => {
    const child = newId()
    await one.insert([aRow(child, 1)])
    const waits = aRow(child, 9)
    const others = [aRow(child, 9, { type: 'u' }), aRow(child, 9, { source: 'vale-police' }), aRow(newId(), 9)]
    await one.insert([waits, ...others])
    const sql = `select event_id from exchange.event where event_id = any($1) and state = 'held'`
    expect(await admin.query(sql, [idsOf([waits, ...others])])).toEqual([{ event_id: waits.eventId }])
  })

  it('that were here before, or rest on an agreement that has ended, move no line', async () => {
    const child = newId()
    const first = aRow(child, 1)
    const early = aRow(child, 3)
    await one.insert([first, early])
    const again = (row: EventRow, number: number) => aRow(child, number, { sourceEventId: row.sourceEventId })
    const without = aRow(child, 2, { agreementId: 'dsa-that-ended' })
    expect(await one.insert([again(first, 1), again(early, 3), again(early, 2), without])).toEqual(new Set())
    expect([await sentOf(child), await passedOf(child)]).toEqual([[first.eventId], 1])
    const next = aRow(child, 2)
    const copies = [next, again(next, 2), again(next, 3)]
    expect(await one.insert(copies)).toEqual(new Set([next.eventId]))
    expect(await sentOf(child)).toEqual(idsOf([first, next, early]))
  })

  it('go on after ten minutes without what never came, of which their sender is told, whichever program took them', async () => {
    const child = newId()
    const [first, four, five, eight] = [aRow(child, 1), aRow(child, 4), aRow(child, 5), aRow(child, 8)]
    await one.insert([first, five])
    await one.insert([four, eight])
    await (await program()).moveOn()
    expect(await sentOf(child)).toEqual([first.eventId])
    await tenMinutesLater(child)
    told.length = 0
    await one.moveOn()
    expect(await sentOf(child)).toEqual(idsOf([first, four, five, eight]))
    expect(told).toMatchObject([
      { eventId: four.eventId, from: 2n, to: 3n, source: 'larkhill-primary', since: four.acceptedAt },
      { eventId: eight.eventId, from: 6n, to: 7n, source: 'larkhill-primary', since: eight.acceptedAt },
    ])
    const late = aRow(child, 3)
    await one.insert([late])
    expect((await sentOf(child)).at(-1)).toBe(late.eventId)
    expect(await one.moveOn()).toBe(0)
  })

  it('wait for nobody where a person has minutes to act on them', async () => {
    const child = newId()
    const [first, early] = [aRow(child, 1), aRow(child, 3)]
    const urgent = aRow(child, 5, { place: { type: 't', number: 5n, isImmediate: true } })
    await one.insert([first])
    await one.insert([early])
    told.length = 0
    await other.insert([urgent])
    expect(await sentOf(child)).toEqual(idsOf([first, early, urgent]))
    expect(told).toMatchObject([
      { from: 2n, to: 2n, eventId: early.eventId },
      { from: 4n, to: 4n, eventId: urgent.eventId },
    ])
  })

  it('wait for nobody either when their child is known at last', async () => {
    const child = newId()
    const line = { child, source: 'larkhill-primary', type: 't' }
    await one.insert([aRow(child, 1)])
    const [usual, urgent] = [awaitingRow(), awaitingRow()]
    await one.insert([usual, urgent])
    const admitted = ({ eventId, keyId, sealed }: EventRow, number: bigint, isImmediate: boolean) =>
      one.admit([{ line, eventId, number, isImmediate, isRestraint: false, keyId, sealed }])
    await admitted(usual, 3n, false)
    expect(await passedOf(child)).toBe(1)
    await admitted(urgent, 5n, true)
    expect((await sentOf(child)).slice(1)).toEqual(idsOf([usual, urgent]))
  })

  it('are a thousand at most that wait: then the lowest goes on, and who follows it', async () => {
    const child = newId()
    const first = aRow(child, 1)
    const rest = Array.from({ length: mostEarly }, (_, n) => aRow(child, n + 3))
    await one.insert([first])
    await one.insert(rest.slice(500).reverse())
    await one.insert(rest.slice(1, 500))
    told.length = 0
    expect(await sentOf(child)).toEqual([first.eventId])
    await one.insert(rest.slice(0, 1))
    expect(await sentOf(child)).toEqual(idsOf([first, ...rest]))
    expect(told).toMatchObject([{ from: 2n, to: 2n, eventId: rest[0]?.eventId }])
  })

  it('write a word to the sender for each gap, and no second where two programs find it', async () => {
    const words = () => admin.query<{ n: string }>(`select count(*) as n from exchange.event where type = 't'`)
    const child = newId()
    await one.insert([aRow(child, 1), aRow(child, 3)])
    await tenMinutesLater(child)
    const [before] = await words()
    await Promise.all([one.moveOn(), other.moveOn(), one.moveOn()])
    const [after] = await words()
    expect(Number(after?.n) - Number(before?.n)).toBe(1)
  })
})
