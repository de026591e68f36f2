import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
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
const lanes = Array.from({ length: 6 }, () => randomBytes(32))
const scenes: Scene[] = []
let log: EventLog

beforeAll(() => {
  log = logOfThisFile(brokers(), topicPrefix)
})
afterAll(async () => {
  for (const scene of scenes) await scene.close()
  await log.close()
})

/** A database, a topic and a group of one test's own: all tests wait at once for the sessions of those who were killed. */
class Scene {
  private readonly group: string
  private readonly children: ChildProcess[] = []
  private readonly consumers: Consumer[] = []

  private constructor(
    private readonly test: TestDatabase,
    readonly admin: Database,
    private readonly topic: string,
    private readonly relay: Relay,
  ) {
    this.group = `projection-${topic}`
  }

  static async open(): Promise<Scene> {
    const test = await emptyDatabase()
    const admin = await Database.open({ url: test.adminUrl })
    for (const statement of [
      ...outboxTables('exchange', programRole('exchange')),
      ...inboxTables('safeguarding', programRole('safeguarding')),
      'create table safeguarding.effect (pos bigint generated always as identity, lane bytea, event_id uuid)',
    ])
      await admin.query(statement)
    const topic = `t${randomBytes(4).toString('hex')}`
    await createTopics({ eventLog: log, topics: [{ name: topic, partitions: 3, retentionDays: 1 }] })
    const requiredReaders = { [topic]: ['safeguarding.inbox_seen'] }
    const relay = startRelay({ database: admin, schema: 'exchange', eventLog: log, logger, requiredReaders })
    const scene = new Scene(test, admin, topic, relay)
    scenes.push(scene)
    return scene
  }

  async close(): Promise<void> {
    for (const child of this.children) child.kill('SIGKILL')
    for (const consumer of this.consumers) await consumer.stop()
    await this.relay.stop()
    await this.admin.close()
    await this.test.drop()
  }

  /** Sends messages of all lanes in turn; `note` of each may be told. */
  async send(rounds: number, from = 1, note: (lane: number, seq: number) => string = () => 'fine'): Promise<void> {
    for (let seq = from; seq < from + rounds; seq++)
      await addToOutbox(
        this.admin,
        'exchange',
        lanes.map((lane, at) => ({
          topic: this.topic,
          partition: at % 3,
          key: lane,
          eventId: newId(),
          headers: { seq: String(seq) },
          value: Buffer.from(note(at, seq)),
          shard: at % 4,
        })),
      )
    this.relay.nudge()
  }

  child(dies = 'never'): ChildProcess {
    const where = [this.test.adminUrl, brokers().join(','), topicPrefix, this.topic, this.group]
    const script = ['e2e/kafka/consumer-process.mjs', ...where, dies]
    const child = spawn(process.execPath, script, { stdio: ['ignore', 'pipe', 'inherit'] })
    this.children.push(child)
    return child
  }

  /** A consumer in this process, beside or after the child. */
  consume(): void {
    const consumer = startConsumer({
      database: this.admin,
      ...{ schema: 'safeguarding', group: this.group, topics: [this.topic], eventLog: log, logger },
      decode: ({ headers, value }) =>
        value.toString() === 'poison'
          ? Promise.reject(new Poison('WILL_NOT_OPEN'))
          : Promise.resolve(headers['event-id']),
      apply: async (tx, items) => {
        for (const { message, decoded } of items)
          await tx.query('insert into safeguarding.effect (lane, event_id) values ($1, $2)', [message.key, decoded])
      },
    })
    this.consumers.push(consumer)
  }

  async effects(): Promise<{ all: number; different: number }> {
    const [row] = await this.admin.query<{ all: number; different: number }>(
      'select count(*)::int as all, count(distinct event_id)::int as different from safeguarding.effect',
    )
    return row ?? { all: 0, different: 0 }
  }

  /** Waits until so many effects are there and every outbox row is settled; none may be there twice. */
  async expectEach(count: number): Promise<void> {
    await until(async () => (await this.effects()).different >= count, 45_000)
    expect(await this.effects()).toEqual({ all: count, different: count })
    await until(async () => (await this.admin.query('select 1 from exchange.outbox')).length === 0)
  }
}

describe('a consumer', () => {
  it.concurrent.each(['before-commit', 'after-commit'])(
    'that is killed %s loses and repeats nothing',
    async (dies) => {
      const scene = await Scene.open()
      await scene.send(5)
      const victim = scene.child(dies)
      await once(victim, 'exit')
      await scene.send(5, 6)
      scene.consume()
      await scene.expectEach(60)
    },
    90_000,
  )

  it.concurrent(
    'that is stopped beyond its session and wakes as a zombie repeats nothing',
    async () => {
      const scene = await Scene.open()
      const zombie = scene.child()
      await scene.send(5)
      await until(async () => (await scene.effects()).all === 30, 30_000)
      zombie.kill('SIGSTOP')
      await scene.send(5, 6)
      scene.consume()
      await until(async () => (await scene.effects()).all === 60, 45_000)
      zombie.kill('SIGCONT')
      await scene.send(5, 11)
      await scene.expectEach(90)
    },
    120_000,
  )

  it.concurrent(
    'parks the lane of a poison message while the others flow',
    async () => {
      const scene = await Scene.open()
      await scene.send(10, 1, (lane, seq) => (lane === 2 && seq === 4 ? 'poison' : 'fine'))
      scene.consume()
      await scene.expectEach(53)
      const parked = await scene.admin.query('select 1 from safeguarding.parked_event')
      expect(parked).toHaveLength(7)
    },
    90_000,
  )
})
