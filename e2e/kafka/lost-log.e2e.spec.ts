import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  createTopics,
  startConsumer,
  startLocalBroker,
  startRelay,
  type Consumer,
  type EventLog,
  type LocalBroker,
} from '#libs/kafka'
import { addToOutbox, Database, inboxTables, newId, outboxTables, programRole } from '#libs/postgres'
import { silentLogger } from '#libs/service'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { logOfThisFile, until } from './read-back.js'

const logger = silentLogger()
const topic = 'lost'
const lanes = Array.from({ length: 6 }, () => randomBytes(32))

/** A broker of this file's own loses all it held, topics included: what nobody has read yet is published again. */
describe('a log that lost everything', () => {
  let test: TestDatabase
  let admin: Database
  let folder: string
  let broker: LocalBroker
  let log: EventLog
  beforeAll(async () => {
    test = await emptyDatabase()
    admin = await Database.open({ url: test.adminUrl })
    for (const statement of [
      ...outboxTables('exchange', programRole('exchange')),
      ...inboxTables('safeguarding', programRole('safeguarding')),
      'create table safeguarding.effect (pos bigint generated always as identity, lane bytea, event_id uuid)',
    ])
      await admin.query(statement)
    folder = await mkdtemp(join(tmpdir(), 'waymark-lost-log-'))
    broker = await startLocalBroker({ folder: join(folder, 'first') })
    log = logOfThisFile([...broker.brokers])
    await makeTopic()
  }, 90_000)
  afterAll(async () => {
    await log.close()
    await broker.stop()
    await admin.close()
    await test.drop()
    await rm(folder, { recursive: true, force: true })
  })

  const makeTopic = () => createTopics({ eventLog: log, topics: [{ name: topic, partitions: 3, retentionDays: 1 }] })
  const send = async (seq: number): Promise<void> => {
    const rows = lanes.map((key, at) => ({
      ...{ topic, partition: at % 3, key, eventId: newId(), headers: { seq: String(seq) } },
      ...{ value: Buffer.from('fine'), shard: at % 4 },
    }))
    await addToOutbox(admin, 'exchange', rows)
  }
  const consumer = (): Consumer =>
    startConsumer({
      database: admin,
      ...{ schema: 'safeguarding', group: 'projection', topics: [topic], eventLog: log, logger },
      decode: ({ headers }) => Promise.resolve(headers['event-id']),
      apply: async (tx, items) => {
        for (const { message, decoded } of items)
          await tx.query('insert into safeguarding.effect (lane, event_id) values ($1, $2)', [message.key, decoded])
      },
    })
  const count = async (from: string): Promise<number> => {
    const [row] = await admin.query<{ n: number }>(`select count(*)::int as n from ${from}`)
    return row?.n ?? 0
  }

  it('is filled again from the outbox, and each message is applied once, in the order of its child', async () => {
    const relay = startRelay({
      ...{ database: admin, schema: 'exchange', eventLog: log, logger },
      requiredReaders: { [topic]: ['safeguarding.inbox_seen'] },
    })
    const first = consumer()
    for (const seq of [1, 2]) await send(seq)
    await until(async () => (await count('safeguarding.effect')) === 12)
    await first.stop()
    for (const seq of [3, 4]) await send(seq)
    await until(async () => (await count('exchange.outbox where published_at is null')) === 0)

    const { port, controllerPort } = broker
    await broker.crash()
    broker = await startLocalBroker({ folder: join(folder, 'second'), port, controllerPort })
    await makeTopic()
    const second = consumer()
    await until(async () => (await count('safeguarding.effect')) >= 24, 60_000)
    await send(5)
    await until(async () => (await count('safeguarding.effect')) >= 30, 30_000)
    await until(async () => (await count('exchange.outbox')) === 0, 30_000)
    await second.stop()
    await relay.stop()
    const rows = await admin.query<{ all: number; different: number }>(
      'select count(*)::int as all, count(distinct event_id)::int as different from safeguarding.effect',
    )
    expect(rows).toEqual([{ all: 30, different: 30 }])
    const outOfOrder = await admin.query(
      `select 1 from (select lane, event_id, lag(event_id) over (partition by lane order by pos) as before
         from safeguarding.effect) as e where event_id < before`, // ids of version 7 are in the order of their making
    )
    expect(outOfOrder).toEqual([])
  }, 150_000)
})
