import type { RoutedEvent } from '#libs/events'
import { Poison, startConsumer, type Consumer, type EventLog, type LogMessage } from '#libs/kafka'
import type { Database, Sql } from '#libs/postgres'
import { open, type KeyRing } from '#libs/security'
import type { Logger } from '#libs/service'
import type { HandOver } from '../delivery/hand-over.js'
import type { EventRepository } from '../ingest/event.repository.js'
import type { ArrivedEvent, RouteEvents } from './route-events.js'
import { safeguardingLimit } from './safeguarding-limit.js'

const recordEvents = 'waymark.record-events.v1'
const safeguardingChanges = 'waymark.safeguarding-changes.v1'

export interface RouterParts {
  readonly database: Database
  readonly eventLog: EventLog
  readonly logger: Logger
  readonly keyRing: KeyRing
  readonly events: EventRepository
  readonly router: RouteEvents
  /** Feeds that wait have their copies with the commit. */
  readonly handOver: HandOver
  /** Called after each commit. */
  readonly onRouted: () => void
}

/**
 * Routes what was accepted and what `safeguarding` found. It never overtakes the projection of `safeguarding`: who is
 * involved with a child follows from its earlier events; a child that is parked there is held here.
 */
export function startRouter(parts: RouterParts): Consumer {
  const { database, eventLog, logger, router, handOver } = parts
  let lines: readonly string[] = []
  return startConsumer<ArrivedEvent>({
    ...{ database, eventLog, logger },
    schema: 'exchange',
    group: 'router',
    topics: [recordEvents, safeguardingChanges],
    decode: (message) => decode(parts.keyRing, message),
    apply: async (tx, items) => {
      lines = []
      parts.events.adopt(tx, items.flatMap(fromSafeguarding))
      const arrived = items.map(({ decoded }) => decoded)
      const routed = await router.route(tx, arrived)
      await handOver.prepare(tx, routed)
      lines = [...routed.numbered.keys()]
    },
    limit: safeguardingLimit(database, recordEvents),
    held: (tx, lanes) => lanesHeldBySafeguarding(tx, lanes),
    afterCommit: () => {
      handOver.committed(lines)
      parts.onRouted()
    },
  })
}

async function decode(keyRing: KeyRing, message: LogMessage): Promise<ArrivedEvent> {
  const key = await keyRing.keyById(message.headers['key-id'] ?? '')
  if (!key) throw new Poison('KEY_UNKNOWN')
  const event = opened(() => {
    const plain = open(key, message.value, message.headers['event-id'] ?? '')
    return JSON.parse(plain.toString('utf8')) as Omit<RoutedEvent, 'seq'>
  })
  return { event: { ...event, seq: Number(message.headers['seq'] ?? 0) }, key }
}

function opened<T>(work: () => T): T {
  try {
    return work()
  } catch {
    throw new Poison('WILL_NOT_OPEN')
  }
}

/** Events that did not come in at our door are kept like those that did, for the day a copy must be made again. */
function fromSafeguarding({ message, decoded }: { message: LogMessage; decoded: ArrivedEvent }) {
  if (message.topic !== safeguardingChanges) return []
  return [{ event: decoded.event, keyId: decoded.key.id, sealed: message.value }]
}

async function lanesHeldBySafeguarding(tx: Sql, lanes: readonly Buffer[]): Promise<readonly Buffer[]> {
  const rows = await tx.query<{ lane: Buffer }>(
    'select lane from safeguarding.parked_v where lane = any($1::bytea[])',
    [lanes],
  )
  return rows.map(({ lane }) => lane)
}
