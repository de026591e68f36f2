import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kafkaEventLog, startLocalBroker, type EventLog } from '#libs/kafka'
import { silentLogger } from '#libs/service'
import { losingProxy } from './losing-proxy.js'
import { brokers, logOfThisFile, readBack, until } from './read-back.js'

/** What the twin uses of kafkajs, which only libs/kafka may import. */
interface Kafkajs {
  readonly logLevel: { readonly NOTHING: number }
  readonly Kafka: new (options: object) => {
    producer(options: object): {
      connect(): Promise<void>
      send(what: object): Promise<unknown>
      disconnect(): Promise<void>
    }
  }
}

const topicPrefix = `${randomBytes(4).toString('hex')}.`
const definition = { partitions: 1, retentionDays: 1 }
const message = (topic: string, text: string) => ({
  topic,
  partition: 0,
  key: Buffer.from('lane'),
  value: Buffer.from(text),
  headers: {},
})
let log: EventLog

beforeAll(() => {
  log = logOfThisFile(brokers(), topicPrefix)
})

afterAll(() => log.close())

const texts = async (topic: string, at = log) => (await readBack(at, topic)).map(({ value }) => value.toString())
const brokerPort = () => Number(brokers()[0]?.split(':')[1])

describe('an answer that gets lost', () => {
  it('leaves A, B and C in the log once and in order', async () => {
    await log.createTopics([{ ...definition, name: 'overlap' }])
    const proxy = await losingProxy(brokerPort(), (answer) => answer === 0)
    const sender = kafkaEventLog({
      ...{ brokers: brokers(), clientId: 'e2e', topicPrefix, logger: silentLogger() },
      socketFactory: proxy.socketFactory,
    })
    const offsets = await Promise.all(['A', 'B', 'C'].map((text) => sender.append([message('overlap', text)])))
    await sender.close()
    proxy.close()
    expect(proxy.losses()).toBe(1)
    expect(offsets.flat()).toEqual([0n, 1n, 2n])
    expect(await texts('overlap')).toEqual(['A', 'B', 'C'])
  })

  it('loses a message with kafkajs alone: when this fails, the guard may go', async () => {
    await log.createTopics([{ ...definition, name: 'twin' }])
    const proxy = await losingProxy(brokerPort(), (answer) => answer === 0)
    const { Kafka, logLevel } = createRequire(import.meta.url)('kafkajs') as Kafkajs
    const client = new Kafka({
      brokers: brokers(),
      logLevel: logLevel.NOTHING,
      socketFactory: proxy.socketFactory,
      retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: Number.MAX_SAFE_INTEGER },
    })
    const createPartitioner = () => () => 0
    const producer = client.producer({ idempotent: true, maxInFlightRequests: 1, createPartitioner })
    await producer.connect()
    const send = (text: string) => producer.send({ topic: `${topicPrefix}twin`, messages: [{ value: text }] })
    const answers = await Promise.allSettled(['A', 'B', 'C'].map(send))
    await producer.disconnect()
    proxy.close()
    const acknowledged = ['A', 'B', 'C'].filter((_, at) => answers[at]?.status === 'fulfilled')
    const held = await texts('twin')
    expect({ acknowledged: acknowledged.every((text) => held.includes(text)), held: held.join('') }).not.toEqual({
      acknowledged: true,
      held: 'ABC',
    })
  })
})

describe('a broker that is killed', () => {
  it('loses nothing that was acknowledged, and keeps the order', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'waymark broker, é-'))
    const first = await startLocalBroker({ folder })
    const own = logOfThisFile([...first.brokers], '')
    await own.createTopics([{ ...definition, name: 'killed' }])
    const acknowledged: string[] = []
    const over = new AbortController()
    const sending = (async () => {
      for (let n = 0; !over.signal.aborted; n++) {
        await own.append([message('killed', String(n))])
        acknowledged.push(String(n))
      }
    })()
    await until(() => Promise.resolve(acknowledged.length >= 20))
    await first.crash()
    const second = await startLocalBroker({ folder, port: first.port, controllerPort: first.controllerPort })
    const before = acknowledged.length
    await until(() => Promise.resolve(acknowledged.length >= before + 20), 60_000)
    over.abort()
    await sending
    const found = [...new Set(await texts('killed', own))]
    expect(found).toEqual(acknowledged)
    await own.close()
    await second.stop()
    await rm(folder, { recursive: true, force: true })
  }, 120_000)
})
