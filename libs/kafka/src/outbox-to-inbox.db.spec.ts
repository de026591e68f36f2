import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { randomBytes } from 'node:crypto'
import { addToOutbox, Database, inboxTables, newId, outboxTables, programRole, type Sql } from '#libs/postgres'
import { silentLogger } from '#libs/service'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { startConsumer } from './consume.js'
import type { Consumer, ConsumerOptions } from './consumer.js'
import type { LogMessage } from './event-log.js'
import { JustWritten } from './just-written.js'
import { memoryEventLog, type MemoryEventLog } from './memory.event-log.js'
import { partitionOf } from './partition-of.js'
import { ContractBroken, Poison } from './refusal.js'
import { startRelay, type Relay } from './relay.js'

const topic = 'waymark.record-events.v1'
const access = 'waymark.access-records.v1'
const logger = silentLogger()
const readers = { [topic]: ['safeguarding.inbox_seen'] }

jest.setTimeout(30_000)

let test: TestDatabase
let admin: Database
let writer: Database
let reader: Database
let log: MemoryEventLog
let running: { stop(): Promise<void> }[] = []

beforeAll(async () => {
  test = await emptyDatabase()
  admin = await Database.open({ url: test.adminUrl })
  for (const statement of [
    ...outboxTables('exchange', programRole('exchange')),
    ...inboxTables('safeguarding', programRole('safeguarding')),
    `create table safeguarding.effect (pos bigint generated always as identity, lane bytea, event_id uuid, note text)`,
    `grant select, insert on safeguarding.effect to ${programRole('safeguarding')}`,
  ])
    await admin.query(statement)
  writer = await Database.open({ url: test.urlOf('exchange') })
  reader = await Database.open({ url: test.urlOf('safeguarding') })
})

beforeEach(async () => {
  log = memoryEventLog()
  running = []
  await admin.query(`truncate exchange.outbox, exchange.relay_lease, safeguarding.consumer_offset, safeguarding.inbox,
    safeguarding.lane_progress, safeguarding.parked_subject, safeguarding.parked_event, safeguarding.effect`)
})

afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()))
  await log.close()
})

afterAll(async () => {
  await Promise.all([admin, writer, reader].map((database) => database.close()))
  await test.drop()
})

interface Sent {
  readonly id: string
  readonly lane: Buffer
}

const aLane = () => randomBytes(32)

async function send(lane: Buffer, seq: number | undefined, note = 'fine', tx: Sql = writer): Promise<Sent> {
  const id = newId()
  await addToOutbox(tx, 'exchange', [
    {
      topic,
      partition: partitionOf(lane, 24),
      key: lane,
      eventId: id,
      headers: seq === undefined ? {} : { seq: String(seq) },
      value: Buffer.from(note),
      shard: lane.readUInt8(0) % 4,
    },
  ])
  return { id, lane }
}

function relay(justWritten?: JustWritten, database: Pick<Database, 'query' | 'transaction'> = writer): Relay {
  const started = startRelay({
    database,
    schema: 'exchange',
    eventLog: log,
    logger,
    requiredReaders: readers,
    numberedTopics: [access],
    ...(justWritten && { justWritten }),
  })
  running.push(started)
  return started
}

function consumer(changes: Partial<ConsumerOptions<string>> = {}): Consumer {
  const started = startConsumer<string>({
    database: reader,
    schema: 'safeguarding',
    group: 'projection',
    topics: [topic],
    eventLog: log,
    logger,
    decode: (message) => {
      const note = message.value.toString()
      return note === 'unreadable' ? Promise.reject(new Poison('WILL_NOT_OPEN')) : Promise.resolve(note)
    },
    apply: applyNotes,
    ...changes,
  })
  running.push(started)
  return started
}

async function applyNotes(tx: Sql, items: readonly { message: LogMessage; decoded: string }[]): Promise<void> {
  for (const { message, decoded } of items) {
    if (decoded === 'impossible') throw new ContractBroken('IMPOSSIBLE_MOVE')
    await tx.query('insert into safeguarding.effect (lane, event_id, note) values ($1, $2, $3)', [
      message.key,
      message.headers['event-id'],
      decoded,
    ])
  }
}

async function effects(lane?: Buffer): Promise<readonly string[]> {
  const rows = await admin.query<{ event_id: string }>(
    'select event_id from safeguarding.effect where $1::bytea is null or lane = $1 order by pos',
    [lane ?? null],
  )
  return rows.map((row) => row.event_id)
}

async function until(what: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  for (const end = Date.now() + ms; !(await what()); await new Promise((resolve) => setTimeout(resolve, 20)))
    if (Date.now() > end) throw new Error('it did not happen in time')
}

/** A database that `asked` is told of before each statement outside a transaction, and may refuse. */
function told(database: Database, asked: (text: string) => void): Pick<Database, 'query' | 'transaction'> {
  return {
    query: async (text, params) => {
      asked(text)
      return database.query(text, params)
    },
    transaction: (work, options) => database.transaction(work, options),
  }
}

const count = async (table: string) => (await admin.query(`select 1 from ${table}`)).length
const ids = (sent: readonly Sent[]) => sent.map(({ id }) => id)

describe('from the outbox to the inbox', () => {
  it('brings what was just written and is known, and reads the rest', async () => {
    const lane = aLane()
    const justWritten = new JustWritten()
    const sent = [await send(lane, 1, 'one'), await send(lane, 2, 'two'), await send(lane, 3, 'three')]
    const [, known] = sent as [Sent, Sent, Sent]
    justWritten.add([{ eventId: known.id, value: Buffer.from('two') }])
    relay(justWritten).nudge()
    consumer()
    await until(async () => (await count('safeguarding.effect')) === 3)
    const rows = await admin.query<{ note: string }>('select note from safeguarding.effect order by pos')
    expect(rows.map(({ note }) => note)).toEqual(['one', 'two', 'three'])
    await until(() => justWritten.valueOf(known.id) === undefined)
  })

  it('brings each message once and in order, and keeps its row until the reader has it', async () => {
    const lanes = [aLane(), aLane(), aLane()]
    const sent: Sent[] = []
    for (let seq = 1; seq <= 20; seq++) for (const lane of lanes) sent.push(await send(lane, seq))
    relay().nudge()
    await until(() => log.messages(topic).length === 60)
    expect(await count('exchange.outbox')).toBe(60)
    consumer()
    await until(async () => (await count('safeguarding.effect')) === 60)
    for (const lane of lanes) expect(await effects(lane)).toEqual(ids(sent.filter((one) => one.lane === lane)))
    await until(async () => (await count('exchange.outbox')) === 0)
  })

  it('never lets a later row overtake one whose transaction is still open', async () => {
    const lane = aLane()
    const started = relay()
    let finish: () => void = () => undefined
    const open = new Promise<void>((resolve) => {
      finish = resolve
    })
    let wrote: () => void = () => undefined
    const written = new Promise<void>((resolve) => {
      wrote = resolve
    })
    const first = writer.transaction(async (tx) => {
      const one = await send(lane, 1, 'slow', tx)
      wrote()
      await open
      return one
    })
    await written
    const second = await send(lane, 2)
    started.nudge()
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(log.messages(topic)).toHaveLength(0)
    finish()
    const one = await first
    await until(() => log.messages(topic).length === 2)
    expect(log.messages(topic).map(({ headers }) => headers['event-id'])).toEqual([one.id, second.id])
  })

  it('sends again what a refused append may have stored, and the reader drops the repeats', async () => {
    const lane = aLane()
    log.refuseAppends(2, true)
    const sent = [await send(lane, 1), await send(lane, 2)]
    relay().nudge()
    consumer()
    await until(() => log.messages(topic).length === 6)
    await until(async () => (await count('safeguarding.effect')) === 2)
    expect(await effects(lane)).toEqual(ids(sent))
  })

  it('publishes again what a log made anew has lost', async () => {
    const lane = aLane()
    const projection = consumer()
    const started = relay()
    const sent = [await send(lane, 1), await send(lane, 2)]
    started.nudge()
    await until(async () => (await count('safeguarding.effect')) === 2)
    await projection.stop()
    sent.push(await send(lane, 3), await send(lane, 4))
    started.nudge()
    await until(() => log.messages(topic).length === 4)
    log.recreate(topic)
    consumer()
    await until(async () => (await count('safeguarding.effect')) === 4, 20_000)
    expect(await effects(lane)).toEqual(ids(sent))
  }, 30_000)

  it('lets rows go whose readers have them, though PostgreSQL was away when it looked which they are', async () => {
    let [isAway, refused] = [false, 0]
    const database = told(writer, (text) => {
      if (!isAway || !text.includes('with recursive t (topic)')) return
      refused += 1
      throw Object.assign(new Error('terminating connection'), { code: '57P01' })
    })
    await send(aLane(), 1)
    relay(undefined, database).nudge()
    await until(() => log.messages(topic).length === 1)
    isAway = true
    await until(() => refused > 0)
    isAway = false
    consumer()
    await until(async () => (await count('exchange.outbox')) === 0)
  })

  it('numbers access records without a gap, across refused sends and a new owner', async () => {
    const record = (n: number) => ({
      topic: access,
      partition: n % 6,
      key: randomBytes(16),
      eventId: newId(),
      headers: { service: 'exchange' },
      value: Buffer.from(String(n)),
      shard: n % 4,
    })
    log.refuseAppends(1)
    await addToOutbox(
      writer,
      'exchange',
      Array.from({ length: 7 }, (_, n) => record(n)),
    )
    const first = relay()
    first.nudge()
    await until(() => log.messages(access).length === 7)
    await first.stop()
    await addToOutbox(writer, 'exchange', [record(7), record(8)])
    relay().nudge()
    await until(() => log.messages(access).length === 9)
    const numbers = log.messages(access).map(({ headers }) => Number(headers['number']))
    expect(numbers.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('gives two members of a group one result between them', async () => {
    const lane = aLane()
    consumer()
    consumer()
    const started = relay()
    const sent: Sent[] = []
    for (let seq = 1; seq <= 100; seq++) sent.push(await send(lane, seq))
    started.nudge()
    await until(async () => (await count('safeguarding.effect')) >= 100)
    expect(await effects(lane)).toEqual(ids(sent))
  })
})

describe('trouble with one lane', () => {
  it('parks the lane of what cannot be read or applied, and lets the others flow', async () => {
    const [poisoned, broken, healthy] = [aLane(), aLane(), aLane()]
    const kept = [await send(poisoned, 1, 'unreadable'), await send(poisoned, 2)]
    const first = await send(broken, 1)
    await send(broken, 2, 'impossible')
    const good = [await send(healthy, 1), await send(healthy, 2)]
    relay().nudge()
    let commits = 0
    const projection = consumer({ afterCommit: () => void (commits += 1) })
    await until(async () => (await count('safeguarding.parked_event')) === 3)
    await until(async () => (await effects(healthy)).length === 2)
    expect(await effects(healthy)).toEqual(ids(good))
    expect(await effects(broken)).toEqual([first.id])
    expect(await effects(poisoned)).toEqual([])
    await until(async () => (await count('exchange.outbox')) === 0)
    expect(await projection.drain(poisoned)).toBe('refused')
    await admin.query(`update safeguarding.parked_event set value = 'mended' where lane = $1`, [poisoned])
    const before = commits
    expect(await projection.drain(poisoned)).toBe('drained')
    expect(await effects(poisoned)).toEqual(ids(kept))
    expect(await projection.drain(healthy)).toBe('not-parked')
    expect(commits).toBe(before + 1) // nobody is told of a commit that applied nothing
  })

  it('keeps what came too early until the missing message comes', async () => {
    const lane = aLane()
    const last = [await send(lane, 2), await send(lane, 3)]
    const started = relay()
    started.nudge()
    consumer()
    await until(async () => (await count('safeguarding.parked_event')) === 2)
    expect(await effects(lane)).toEqual([])
    const first = await send(lane, 1)
    started.nudge()
    await until(async () => (await effects(lane)).length === 3)
    expect(await effects(lane)).toEqual(ids([first, ...last]))
    expect(await count('safeguarding.parked_subject')).toBe(0)
  })

  it('holds a lane that another reader has parked, and lets it go with it', async () => {
    const [held, free] = [aLane(), aLane()]
    let isHeld = true
    consumer({ held: (_, lanes) => Promise.resolve(isHeld ? lanes.filter((lane) => lane.equals(held)) : []) })
    const [kept, other] = [await send(held, 1), await send(free, 1)]
    relay().nudge()
    await until(async () => (await effects()).length === 1 && (await count('safeguarding.parked_event')) === 1)
    expect(await effects()).toEqual([other.id])
    isHeld = false
    await until(async () => (await effects()).length === 2)
    expect(await effects(held)).toEqual([kept.id])
  })

  it('lets a lane go that a member of the group kept for another reader, and which has ended since', async () => {
    const lane = aLane()
    let [isHeld, limit, looks] = [true, 0n, 0]
    const held = (_: Sql, lanes: readonly Buffer[]) => Promise.resolve(isHeld ? lanes : [])
    const database = told(reader, (text) => (looks += Number(text.includes(`class in ('sequence', 'upstream')`))))
    const first = consumer({ held })
    consumer({ held, database, limit: () => Promise.resolve(limit) })
    await until(() => looks > 0)
    const kept = await send(lane, 1)
    relay().nudge()
    await until(async () => (await count('safeguarding.parked_event')) === 1)
    await first.stop()
    isHeld = false
    limit = 1n
    await until(async () => (await effects()).length === 1)
    expect(await effects(lane)).toEqual([kept.id])
  })

  it('stays below its limit, and goes on as the limit moves', async () => {
    const lane = aLane()
    let limit = 1n
    consumer({ limit: () => Promise.resolve(limit) })
    const sent = [await send(lane, 1), await send(lane, 2), await send(lane, 3)]
    relay().nudge()
    await until(async () => (await effects()).length === 1)
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(await effects()).toEqual(ids(sent.slice(0, 1)))
    limit = 3n
    await until(async () => (await effects()).length === 3)
  })

  it('waits while PostgreSQL refuses it, and parks nothing', async () => {
    const lane = aLane()
    let failures = 3
    const sent = [await send(lane, 1), await send(lane, 2)]
    relay().nudge()
    consumer({
      apply: (tx, items) => {
        if (failures-- > 0) throw Object.assign(new Error('terminating connection'), { code: '57P01' })
        return applyNotes(tx, items)
      },
    })
    await until(async () => (await effects()).length === 2)
    expect(await effects(lane)).toEqual(ids(sent))
    expect(await count('safeguarding.parked_subject')).toBe(0)
  })
})
