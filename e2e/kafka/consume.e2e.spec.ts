import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createTopics, Poison, startConsumer, startRelay, type Consumer, type EventLog, type Relay } from '#libs/kafka'
import { addToOutbox, Database, inboxTables, newId, outboxTables, programRole } from '#libs/postgres'
import { silentLogger } from '#libs/service'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { brokers, logOfThisFile, until } from './read-back.js'

const topicPrefix = `${randomBytes(4).toString('hex')}.`
const logger = silentLogger()
let test: TestDatabase
let admin: Database
let log: EventLog
let relay: Relay
let topic: string

beforeAll(async () => {
  test = await emptyDatabase()
  admin = await Database.open({ url: test.adminUrl })
  for (const statement of [
    ...outboxTables('exchange', programRole('exchange')),
    ...inboxTables('safeguarding', programRole('safeguarding')),
    'create table safeguarding.effect (pos bigint generated always as identity, lane bytea, event_id uuid)',
  ])
    await admin.query(statement)
  log = logOfThisFile(brokers(), topicPrefix)
})

beforeEach(async () => {
  topic = `t${randomBytes(4).toString('hex')}`
  await createTopics({ eventLog: log, topics: [{ name: topic, partitions: 3, retentionDays: 1 }] })
  await admin.query(`truncate safeguarding.effect, safeguarding.parked_subject, safeguarding.parked_event`)
  relay = startRelay({
    database: admin,
    schema: 'exchange',
    eventLog: log,
    logger,
    requiredReaders: { [topic]: ['safeguarding.inbox_seen'] },
  })
})

afterAll(async () => {
  await log.close()
  await admin.close()
  await test.drop()
})

const lanes = Array.from({ length: 6 }, () => randomBytes(32))

/** Sends messages of all lanes in turn; `note` of each may be told. */
async function send(
  rounds: number,
  from = 1,
  note: (lane: number, seq: number) => string = () => 'fine',
): Promise<void> {
  for (let seq = from; seq < from + rounds; seq++)
    await addToOutbox(
      admin,
      'exchange',
      lanes.map((lane, at) => ({
        topic,
        partition: at % 3,
        key: lane,
        eventId: newId(),
        headers: { seq: String(seq) },
        value: Buffer.from(note(at, seq)),
        shard: at % 4,
      })),
    )
  relay.nudge()
}

function child(dies = 'never'): ChildProcess {
  const script = ['e2e/kafka/consumer-process.mjs', test.adminUrl, brokers().join(','), topicPrefix, topic, dies]
  return spawn(process.execPath, script, { stdio: ['ignore', 'pipe', 'inherit'] })
}

function own(): Consumer {
  return startConsumer({
    database: admin,
    schema: 'safeguarding',
    group: 'projection',
    topics: [topic],
    eventLog: log,
    logger,
    decode: ({ headers, value }) =>
      value.toString() === 'poison'
        ? Promise.reject(new Poison('WILL_NOT_OPEN'))
        : Promise.resolve(headers['event-id']),
    apply: async (tx, items) => {
      for (const { message, decoded } of items)
        await tx.query('insert into safeguarding.effect (lane, event_id) values ($1, $2)', [message.key, decoded])
    },
  })
}

async function effects(): Promise<{ all: number; different: number }> {
  const [row] = await admin.query<{ all: number; different: number }>(
    'select count(*)::int as all, count(distinct event_id)::int as different from safeguarding.effect',
  )
  return row ?? { all: 0, different: 0 }
}

/** Waits until so many effects are there and every outbox row is settled; none may be there twice. */
async function expectEach(count: number): Promise<void> {
  await until(async () => (await effects()).different >= count, 45_000)
  expect(await effects()).toEqual({ all: count, different: count })
  await until(async () => (await admin.query('select 1 from exchange.outbox')).length === 0)
}

describe('a consumer', () => {
  it.each(['before-commit', 'after-commit'])(
    'that is killed %s loses and repeats nothing',
    async (dies) => {
      await send(5)
      const victim = child(dies)
      await once(victim, 'exit')
      await send(5, 6)
      const heir = own()
      await expectEach(60)
      await heir.stop()
      await relay.stop()
    },
    90_000,
  )

  it('that is stopped beyond its session and wakes as a zombie repeats nothing', async () => {
    const zombie = child()
    await send(5)
    await until(async () => (await effects()).all === 30, 30_000)
    zombie.kill('SIGSTOP')
    await send(5, 6)
    const heir = own()
    await until(async () => (await effects()).all === 60, 45_000)
    zombie.kill('SIGCONT')
    await send(5, 11)
    await expectEach(90)
    zombie.kill('SIGKILL')
    await heir.stop()
    await relay.stop()
  }, 120_000)

  it('parks the lane of a poison message while the others flow', async () => {
    await send(10, 1, (lane, seq) => (lane === 2 && seq === 4 ? 'poison' : 'fine'))
    const consumer = own()
    await expectEach(53)
    const parked = await admin.query('select 1 from safeguarding.parked_event')
    expect(parked).toHaveLength(7)
    await consumer.stop()
    await relay.stop()
  })
})
