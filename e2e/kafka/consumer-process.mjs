// A consumer in a process of its own, so that it can be killed and stopped. It writes one line per commit.
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const load = (library) => import(pathToFileURL(resolve(`dist/libs/${library}/src/index.js`)).href)
const { kafkaEventLog, startConsumer } = await load('kafka')
const { Database } = await load('postgres')
const { silentLogger } = await load('service')
const [url, brokers, topicPrefix, topic, group, dies] = process.argv.slice(2)
const database = await Database.open({ url })
const logger = silentLogger()
const die = (when) => when === dies && process.kill(process.pid, 'SIGKILL')

startConsumer({
  database,
  schema: 'safeguarding',
  group,
  topics: [topic],
  eventLog: kafkaEventLog({ brokers: brokers.split(','), clientId: 'e2e-child', topicPrefix, logger }),
  logger,
  decode: (message) => Promise.resolve(message.headers['event-id']),
  apply: async (tx, items) => {
    for (const { message, decoded } of items)
      await tx.query('insert into safeguarding.effect (lane, event_id) values ($1, $2)', [message.key, decoded])
    die('before-commit')
  },
  afterCommit: () => {
    process.stdout.write('committed\n')
    die('after-commit')
  },
})
