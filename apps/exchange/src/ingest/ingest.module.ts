import { Module, type Provider } from '@nestjs/common'
import { JustWritten } from '#libs/kafka'
import type { PolicySet } from '#libs/policy'
import { Database } from '#libs/postgres'
import { AccessRecorder, KeyRing, type ProgramKeys } from '#libs/security'
import { policySet, programKeys } from '#libs/service'
import type { AgreementBook } from '../basis/agreement-book.js'
import { BasisModule, keptAgreements } from '../basis/basis.module.js'
import type { Kept } from '../basis/kept.js'
import { exchangeSettings, type ExchangeConfig } from '../exchange.config.js'
import { AcceptEvents } from './accept-events.js'
import { AwaitingSources } from './awaiting-sources.js'
import { DatabaseClock } from './database-clock.js'
import { EventRepository } from './event.repository.js'
import { EventsController } from './events.controller.js'
import { FindReference } from './find-reference.js'
import { HeldNotices, HubRows } from './held-notices.js'
import { IdentifyChildren } from './identify-children.js'
import { MayPost } from './may-post.js'
import { OutboxRoom } from './outbox-room.js'
import { PostsFirst } from './posts-first.js'
import { PrepareRows } from './prepare-rows.js'
import { RelayNudge } from './relay-nudge.js'
import { ReleaseWaiting } from './release-waiting.js'
import { ResolutionClient, type ChildResolver } from './resolution.client.js'
import { SenderLineRepository } from './sender-line.repository.js'
import { SenderLines } from './sender-lines.js'
import { WaitingEventRepository } from './waiting-event.repository.js'

/** Injection token of what finds out which children events are about. */
export const childResolver = Symbol('identity')

type LineParts = [Database, EventRepository, ProgramKeys, HeldNotices, RelayNudge]

const edges: Provider[] = [
  {
    provide: EventRepository,
    inject: [Database, DatabaseClock, JustWritten],
    useFactory: (database: Database, clock: DatabaseClock, justWritten: JustWritten) =>
      new EventRepository(database, clock, justWritten),
  },
  {
    provide: WaitingEventRepository,
    inject: [Database],
    useFactory: (database: Database) => new WaitingEventRepository(database),
  },
  {
    provide: childResolver,
    inject: [exchangeSettings, programKeys],
    useFactory: (config: ExchangeConfig, keys: ProgramKeys) => new ResolutionClient(config.IDENTITY_URL, keys),
  },
  {
    provide: HubRows,
    inject: [programKeys, KeyRing],
    useFactory: (keys: ProgramKeys, keyRing: KeyRing) => new HubRows({ keys, keyRing }),
  },
  {
    provide: HeldNotices,
    inject: [HubRows, DatabaseClock],
    useFactory: (rows: HubRows, clock: DatabaseClock) => new HeldNotices(rows, () => clock.nowMs()),
  },
  {
    provide: SenderLines,
    inject: [Database, EventRepository, programKeys, HeldNotices, RelayNudge],
    useFactory: (...[database, events, keys, held, relay]: LineParts) =>
      new SenderLines({
        ...{ database, events, keys, lines: new SenderLineRepository(database) },
        wordOf: (gap) => held.ofGap(gap),
        onCommitted: relay.now,
      }),
  },
  { provide: JustWritten, useFactory: () => new JustWritten() },
  { provide: DatabaseClock, useFactory: () => new DatabaseClock() },
  {
    provide: OutboxRoom,
    inject: [exchangeSettings],
    useFactory: ({ OUTBOX_LIMIT }: ExchangeConfig) => new OutboxRoom(OUTBOX_LIMIT),
  },
  { provide: PostsFirst, useFactory: () => new PostsFirst() },
  AwaitingSources,
  RelayNudge,
]

type AcceptParts = [
  Database,
  EventRepository,
  Kept<AgreementBook>,
  PolicySet,
  KeyRing,
  ProgramKeys,
  AccessRecorder,
  DatabaseClock,
  ChildResolver,
  AwaitingSources,
  HeldNotices,
  OutboxRoom,
  RelayNudge,
  ExchangeConfig,
  PostsFirst,
  SenderLines,
]

const acceptEvents: Provider = {
  provide: AcceptEvents,
  inject: [
    ...[Database, EventRepository, keptAgreements, policySet, KeyRing, programKeys, AccessRecorder],
    ...[
      DatabaseClock,
      childResolver,
      AwaitingSources,
      HeldNotices,
      OutboxRoom,
      RelayNudge,
      exchangeSettings,
      PostsFirst,
    ],
    SenderLines,
  ],
  useFactory: (...parts: AcceptParts) => {
    const [database, events, agreements, policies, keyRing, keys, recorder] = parts
    const [, , , , , , , clock, resolver, awaiting, held, room, relay, config, posts, lines] = parts
    return new AcceptEvents({
      ...{ database, events, agreements, awaiting, recorder, clock, posts, held, lines },
      mayPost: new MayPost(policies),
      references: new FindReference(events, keyRing),
      children: new IdentifyChildren(resolver, awaiting),
      rows: new PrepareRows({ keys, keyRing, recorder, nowMs: () => clock.nowMs() }),
      isOutboxFull: () => room.isFull(),
      allowReservedUci: config.WAYMARK_PROFILE !== 'production',
      onCommitted: relay.now,
    })
  },
}

type ReleaseParts = [
  WaitingEventRepository,
  SenderLines,
  EventRepository,
  ChildResolver,
  AwaitingSources,
  ProgramKeys,
  KeyRing,
  RelayNudge,
]

const releaseWaiting: Provider = {
  provide: ReleaseWaiting,
  inject: [
    ...[WaitingEventRepository, SenderLines, EventRepository],
    ...[childResolver, AwaitingSources, programKeys, KeyRing, RelayNudge],
  ],
  useFactory: (...[events, lines, accepted, resolver, awaiting, keys, keyRing, relay]: ReleaseParts) =>
    new ReleaseWaiting({
      ...{ events, lines, resolver, awaiting, keys, keyRing },
      references: new FindReference(accepted, keyRing),
      onCommitted: relay.now,
    }),
}

@Module({
  imports: [BasisModule],
  controllers: [EventsController],
  providers: [...edges, acceptEvents, releaseWaiting],
  exports: [...edges, releaseWaiting],
})
export class IngestModule {}
