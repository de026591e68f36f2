import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { randomBytes } from 'node:crypto'
import { addToOutbox, Database, inboxTables, newId, outboxTables, programRole, type Sql } from '#libs/postgres'
import { silentLogger } from '#libs/service'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { startConsumer } from './consume.js'
import type { Consumer, ConsumerOptions } from './consumer.js'
import type { LogMessage } from './event-log.js'
import { memoryEventLog, type MemoryEventLog } from './memory.event-log.js'
import { partitionOf } from './partition-of.js'
import { progressChannel } from './progress-channel.js'
import { startRelay } from './relay.js'

const topic = 'waymark.record-events.v1'
const channel = progressChannel('safeguarding')
const logger = silentLogger()

jest.setTimeout(30_000)

let test: TestDatabase
let admin: Database
let ahead: Database
let behind: Database
let log: MemoryEventLog
let running: { stop(): Promise<void> }[] = []

beforeAll(async () => {
  test = await emptyDatabase()
  admin = await Database.open({ url: test.adminUrl })
  for (const statement of [
    ...outboxTables('exchange', programRole('exchange')),
    ...inboxTables('exchange', programRole('exchange')),
    ...inboxTables('safeguarding', programRole('safeguarding')),
    'create table safeguarding.effect (event_id uuid primary key)',
    `grant select, insert on safeguarding.effect to ${programRole('safeguarding')}`,
    'create table exchange.effect (event_id uuid primary key)',
    `grant select, insert on exchange.effect to ${programRole('exchange')}`,
    `grant usage on schema safeguarding to ${programRole('exchange')}`,
    `grant select on safeguarding.effect, safeguarding.consumer_offset to ${programRole('exchange')}`,
  ])
    await admin.query(statement)
  ahead = await Database.open({ url: test.urlOf('safeguarding') })
  behind = await Database.open({ url: test.urlOf('exchange') })
})

beforeEach(async () => {
  log = memoryEventLog()
  await admin.query(`truncate exchange.outbox, exchange.relay_lease, exchange.consumer_offset, exchange.inbox,
    exchange.effect, safeguarding.consumer_offset, safeguarding.inbox, safeguarding.effect`)
  running = [startRelay({ database: behind, schema: 'exchange', eventLog: log, logger, requiredReaders: {} })]
})

afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()))
  await log.close()
})

afterAll(async () => {
  await Promise.all([admin, ahead, behind].map((database) => database.close()))
  await test.drop()
})

type Items = readonly { readonly message: LogMessage }[]

async function send(count: number): Promise<void> {
  await addToOutbox(
    behind,
    'exchange',
    Array.from({ length: count }, () => {
      const lane = randomBytes(32)
      const at = { partition: partitionOf(lane, 24), shard: lane.readUInt8(0) % 4 }
      return { topic, ...at, key: lane, eventId: newId(), headers: {}, value: Buffer.from('fine') }
    }),
  )
}

async function note(tx: Sql, schema: string, items: Items): Promise<void> {
  const ids = items.map(({ message }) => message.headers['event-id'])
  await tx.query(`insert into ${schema}.effect select unnest($1::uuid[])`, [ids])
}

function consumer(
  changes: Pick<ConsumerOptions<null>, 'database' | 'schema' | 'apply'> & Partial<ConsumerOptions<null>>,
) {
  const own = { group: changes.schema, topics: [topic], eventLog: log, logger, decode: () => Promise.resolve(null) }
  const started = startConsumer<null>({ ...own, ...changes })
  running.push(started)
  return started
}

/** The one that goes ahead and announces its commits; `before` may fail. */
function leader(before: () => Promise<void>): Consumer {
  return consumer({
    database: ahead,
    schema: 'safeguarding',
    isAnnounced: true,
    apply: async (tx, items) => {
      await note(tx, 'safeguarding', items)
      await before()
    },
  })
}

/** The one that may not overtake it. @param overtaken - told of each event that it saw first */
function follower(overtaken: string[]): Consumer {
  const started = consumer({
    database: behind,
    schema: 'exchange',
    limit: async (name, partition) => {
      const [row] = await behind.query<{ next: string }>(
        'select next::text as next from safeguarding.consumer_offset where topic = $1 and part = $2',
        [name, partition],
      )
      return BigInt(row?.next ?? 0)
    },
    apply: async (tx, items) => {
      const ids = items.map(({ message }) => message.headers['event-id'] ?? '')
      const rows = await tx.query<{ event_id: string }>(
        'select event_id from safeguarding.effect where event_id = any($1::uuid[])',
        [ids],
      )
      const seen = new Set(rows.map((row) => row.event_id))
      overtaken.push(...ids.filter((id) => !seen.has(id)))
      await note(tx, 'exchange', items)
    },
  })
  running.push({
    stop: behind.listen(channel, (text) => {
      started.hear(text)
    }),
  })
  return started
}

/** What PostgreSQL says of a transaction that is to be tried again. */
function rival(): Error {
  return Object.assign(new Error('could not serialize access'), { code: '40001' })
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !(await isSo()); await new Promise((resolve) => setTimeout(resolve, 10)))
    if (Date.now() > end) throw new Error('it did not happen in time')
}

function untilApplied(schema: string, count: number): Promise<void> {
  return until(async () => {
    const [row] = await admin.query<{ n: number }>(`select count(*)::int as n from ${schema}.effect`)
    return row?.n === count
  })
}

describe('a consumer that may not overtake another', () => {
  it('never does, though commits are announced to it and the one ahead fails again and again', async () => {
    const overtaken: string[] = []
    let tries = 0
    leader(() => (tries++ % 3 === 1 ? Promise.resolve() : Promise.reject(rival())))
    follower(overtaken)
    for (let burst = 0; burst < 3; burst++) await send(10)
    await untilApplied('exchange', 30)
    expect(overtaken).toEqual([])
    expect(tries).toBeGreaterThan(1)
  })

  it('is told nothing of a batch until that is committed', async () => {
    const heard: string[] = []
    let isListening = false
    running.push({
      stop: admin.listen(channel, (text) => {
        if (text === '') isListening = true
        else heard.push(text)
      }),
    })
    await until(() => isListening)
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    let hasApplied: () => void = () => undefined
    const applied = new Promise<void>((resolve) => (hasApplied = resolve))
    leader(() => {
      hasApplied()
      return held
    })
    const overtaken: string[] = []
    follower(overtaken)
    await send(1)
    await applied
    await admin.query('select pg_sleep(0.3)')
    const before = [...heard]
    release()
    await untilApplied('exchange', 1)
    expect(before).toEqual([])
    await until(() => heard.length > 0)
    expect(heard.join()).toMatch(/^waymark\.record-events\.v1 \d+ 1$/)
    expect(overtaken).toEqual([])
  })
})
