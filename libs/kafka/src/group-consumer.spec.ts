import { describe, expect, it } from '@jest/globals'
import { silentLogger } from '#libs/service'
import type { ConsumerOptions } from './consumer.js'
import type { EventLog, LogMessage, ReadOptions, StartingPoint } from './event-log.js'
import { GroupConsumer } from './group-consumer.js'

const topic = 'waymark.record-events.v1'
const aTurn = () => new Promise((resolve) => setImmediate(resolve))

/** A consumer of a log whose fetches, and whose answers about its ends, come when the test says so. */
function consuming() {
  const sought: string[] = []
  let reading: ReadOptions | undefined
  let ends: Promise<void> = Promise.resolve()
  const eventLog = {
    read: (options: ReadOptions) => {
      reading = options
      const seek = ({ partition, offset }: StartingPoint) => sought.push(`${String(partition)} from ${String(offset)}`)
      const nothing = () => undefined
      return { seek, pause: nothing, resume: nothing, report: nothing, state: () => 'running', close: () => aTurn() }
    },
    ends: () => ends.then(() => [0, 1].map((partition) => ({ partition, low: 0n, high: 9n }))),
  } as unknown as EventLog
  const query = (_: string, [, , parts = []]: readonly unknown[] = []) =>
    Promise.resolve((parts as readonly number[]).map((part) => ({ topic, part, next: '0' })))
  const database = { query, transaction: () => new Promise(() => undefined) }
  const options = { database, schema: 's', group: 'g', topics: [topic], eventLog, logger: silentLogger() }
  const consumer = new GroupConsumer(options as unknown as ConsumerOptions<null>)
  return {
    consumer,
    sought,
    assign: () => reading?.onAssigned([0, 1].map((partition) => ({ topic, partition }))),
    /** Brings a message that is not the next one. */
    skip: (partition: number) => {
      reading?.onMessages({ topic, partition }, [{ topic, partition, offset: 5n } as LogMessage])
    },
    /** From now on the log is asked for its ends in vain, until what this returns is called. */
    silence: () => {
      let speak: () => void = () => undefined
      ends = new Promise((resolve) => (speak = resolve))
      return speak
    },
  }
}

describe('a consumer that was given messages with others missing before them', () => {
  it('goes back in every partition where that happened, also while it goes back in another', async () => {
    const { consumer, sought, assign, skip, silence } = consuming()
    await assign()
    const speak = silence()
    skip(0)
    await aTurn()
    skip(1)
    await aTurn()
    speak()
    for (let turn = 0; turn < 20; turn += 1) await aTurn()
    expect(sought).toEqual(['0 from 0', '1 from 0'])
    await consumer.stop()
  })
})
