import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { kafkaEventLog, type EventLog } from '#libs/kafka'
import { Database, newId, type OutboxMessage } from '#libs/postgres'
import { AccessRecorder, KeyRing, type Caller } from '#libs/security'
import { silentLogger } from '#libs/service'
import type { BenchHub } from './bench-hub.js'
import type { Bench } from './measure.js'
import type { Figure } from './result.js'
import { until } from './until.js'

const chunk = 1_000
const patienceMs = 300_000

/**
 * P8: how fast `audit` makes access records durable. Real records (sealed, committed to, signed) are made beforehand and
 * put on the log as fast as it takes them; from then on the running program reads, opens and checks each, appends entries,
 * tiles and signed checkpoints with fsync, compares and publishes. The clock stops when the last record is in the tree.
 */
export async function measureLog({ hub, sizes, say }: Bench): Promise<readonly Figure[]> {
  say(`P8: ${String(sizes.records)} access records are made`)
  const messages = await recordsOf(hub, sizes.records)
  const eventLog = kafkaEventLog({ brokers: hub.brokers, clientId: 'waymark-bench', logger: silentLogger() })
  const admin = new pg.Client(await hub.databaseUrl())
  await admin.connect()
  try {
    await put(eventLog, messages.slice(0, chunk / 10))
    await treeHas(admin, (await treeSize(admin)) + Math.min(chunk / 10, messages.length) - 1)
    await sleep(500)
    say('P8: they are put on the log')
    const rest = messages.slice(chunk / 10)
    const before = await treeSize(admin)
    const from = performance.now()
    const putting = put(eventLog, rest)
    await treeHas(admin, before + rest.length)
    const seconds = (performance.now() - from) / 1000
    await putting
    return [{ id: 'P8', value: rest.length / seconds, note: `${String(rest.length)} records, through Kafka` }]
  } finally {
    await admin.end()
    await eventLog.close()
  }
}

async function put(eventLog: EventLog, messages: readonly OutboxMessage[]): Promise<void> {
  for (let from = 0; from < messages.length; from += chunk) await eventLog.append(messages.slice(from, from + chunk))
}

async function treeSize(admin: pg.Client): Promise<number> {
  const { rows } = await admin.query<{ size: string }>('select size from audit.tree_head')
  return Number(rows[0]?.size)
}

async function treeHas(admin: pg.Client, size: number): Promise<void> {
  const isThere = async () => (await treeSize(admin)) >= size
  if (!(await until(isThere, { mostMs: patienceMs, everyMs: 10 }))) throw new Error('The records did not reach the log')
}

/** As `exchange` writes them when it accepts events, about some hundred children. */
async function recordsOf(hub: BenchHub, count: number): Promise<readonly OutboxMessage[]> {
  const database = await Database.open({ url: await hub.databaseUrl('exchange'), poolSize: 4 })
  try {
    const keys = hub.keysOf('exchange')
    const keyRing = new KeyRing(keys, () => database)
    const recorder = new AccessRecorder({ keys, keyRing, service: 'exchange', policyHash: '0'.repeat(64) })
    const children = Array.from({ length: Math.min(200, count) }, () => randomUUID())
    const messages: OutboxMessage[] = []
    for (let n = 0; n < count; n++)
      messages.push((await recorder.record(accessTo(children[n % children.length] ?? ''))).message)
    return messages
  } finally {
    await database.close()
  }
}

const caller: Omit<Caller, 'requestId' | 'traceparent' | 'jti'> = {
  clientId: 'larkhill-primary.mis',
  agencyId: 'larkhill-primary',
  agencyKind: 'school',
  agreement: 'dsa-larkhill-primary',
  purposes: ['safeguard-child'],
  actions: ['publish'],
  purpose: 'safeguard-child',
}

function accessTo(child: string): Parameters<AccessRecorder['record']>[0] {
  const eventId = newId()
  const traceparent = `00-${randomUUID().replaceAll('-', '')}-${randomUUID().replaceAll('-', '').slice(16)}-01`
  return {
    kind: 'receive',
    caller: { ...caller, jti: randomUUID(), requestId: randomUUID(), traceparent },
    action: 'publish',
    outcome: 'accepted',
    eventType: 'uk.waymark.school.attendance.concern-raised.v1',
    basisId: eventId,
    eventId,
    child,
    truth: { state: 'accepted' },
  }
}
