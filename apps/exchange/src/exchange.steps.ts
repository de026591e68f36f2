import {
  JustWritten,
  kafkaEventLog,
  progressChannel,
  startRelay,
  type Consumer,
  type EventLog,
  type Relay,
} from '#libs/kafka'
import { Database } from '#libs/postgres'
import { KeyRing } from '#libs/security'
import { gauge, readiness, type Logger, type Step } from '#libs/service'
import type { INestApplicationContext } from '@nestjs/common'
import { DeliveryRepository } from './delivery/delivery.repository.js'
import { HandOver } from './delivery/hand-over.js'
import { TellUnacknowledged } from './delivery/tell-unacknowledged.js'
import { startTellingUnacknowledged } from './delivery/unacknowledged.timer.js'
import type { ExchangeConfig } from './exchange.config.js'
import { FollowIdentity } from './identity/follow-identity.js'
import { startFollowingIdentity } from './identity/identity-change.consumer.js'
import { AwaitingSources } from './ingest/awaiting-sources.js'
import { EventRepository } from './ingest/event.repository.js'
import { PostsFirst } from './ingest/posts-first.js'
import { RelayNudge } from './ingest/relay-nudge.js'
import { ReleaseWaiting } from './ingest/release-waiting.js'
import { startReleasing } from './ingest/release-waiting.timer.js'
import { SenderLines } from './ingest/sender-lines.js'
import { WaitingEventRepository } from './ingest/waiting-event.repository.js'
import { startWatchingStorage } from './ingest/watch-storage.timer.js'
import { startRouter } from './routing/record-event.consumer.js'
import { RouteEvents } from './routing/route-events.js'
import { TellUndecided } from './sharing/tell-undecided.js'
import { startTellingUndecided } from './sharing/undecided.timer.js'

/** Relays what is accepted, routes it, releases what waits and tells of what nobody acknowledged. */
export function runExchange(config: ExchangeConfig): Step {
  return (app, logger) => {
    const { KAFKA_BROKERS, TOPIC_PREFIX } = config
    const eventLog = kafkaEventLog({
      brokers: KAFKA_BROKERS,
      clientId: 'waymark-exchange',
      topicPrefix: TOPIC_PREFIX,
      logger,
    })
    return startWork(app, eventLog, logger)
  }
}

/**
 * Starts all that runs by itself, over any event log.
 *
 * @returns what stops it, in order; the event log is closed last
 */
export async function startWork(
  app: INestApplicationContext,
  eventLog: EventLog,
  logger: Logger,
): Promise<() => Promise<void>> {
  const database = app.get(Database)
  await app.get(DeliveryRepository).openLines(database)
  await app.get(AwaitingSources).refresh(() => app.get(WaitingEventRepository).sourcesAwaiting())
  const relay = relayFor(app, { eventLog, logger })
  const router = routeFor(app, { eventLog, logger, relay })
  const identity = startFollowingIdentity({
    ...{ database, eventLog, logger, keyRing: app.get(KeyRing), following: app.get(FollowIdentity) },
    afterCommit: () => {
      relay.nudge()
    },
  })
  const stopListening = database.listen(progressChannel('safeguarding'), (announcement) => {
    router.hear(announcement)
  })
  readiness.add('identity-changes', () => identity.health().state !== 'degraded')
  const stops = [
    await startWatchingStorage(app, relay, logger),
    startReleasing({ waiting: app.get(ReleaseWaiting), lines: app.get(SenderLines) }, logger),
    startTellingUnacknowledged(app.get(TellUnacknowledged), logger),
    startTellingUndecided(app.get(TellUndecided), logger),
    () => identity.stop(),
    stopListening,
    () => router.stop(),
    () => relay.stop(),
    () => eventLog.close(),
  ]
  return async () => {
    for (const stop of stops) await stop()
  }
}

function relayFor(app: INestApplicationContext, { eventLog, logger }: { eventLog: EventLog; logger: Logger }): Relay {
  const posts = app.get(PostsFirst)
  const relay = startRelay({
    ...{ database: app.get(Database), schema: 'exchange', eventLog, logger },
    pace: (isLog) => posts.pace(isLog),
    justWritten: app.get(JustWritten),
  })
  app.get(RelayNudge).attach((what) => {
    if (what === 'records') relay.nudgeNumbered()
    else relay.nudge()
  })
  return relay
}

function routeFor(
  app: INestApplicationContext,
  { eventLog, logger, relay }: { eventLog: EventLog; logger: Logger; relay: Relay },
): Consumer {
  const router = startRouter({
    ...{ database: app.get(Database), eventLog, logger },
    keyRing: app.get(KeyRing),
    events: app.get(EventRepository),
    router: app.get(RouteEvents),
    handOver: app.get(HandOver),
    onRouted: () => {
      relay.nudgeNumbered()
    },
  })
  readiness.add('router', () => router.health().state !== 'degraded')
  gauge(
    'waymark_exchange_router_lag_seconds',
    'Age of the oldest event fetched and not routed',
    () => router.health().lagSeconds,
  )
  return router
}
