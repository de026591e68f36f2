import { Module, type Provider } from '@nestjs/common'
import { JustWritten } from '#libs/kafka'
import type { PolicySet } from '#libs/policy'
import { Database } from '#libs/postgres'
import { AccessRecorder, KeyRing, type ProgramKeys } from '#libs/security'
import { policySet, programKeys } from '#libs/service'
import type { Kept } from '../basis/kept.js'
import { IdentityChangesModule } from '../identity/identity-changes.module.js'
import { JoinedChildren } from '../identity/joined-children.js'
import { DatabaseClock } from '../ingest/database-clock.js'
import { EventRepository } from '../ingest/event.repository.js'
import { HubRows } from '../ingest/held-notices.js'
import { IngestModule } from '../ingest/ingest.module.js'
import { RelayNudge } from '../ingest/relay-nudge.js'
import type { Directory } from '../routing/directory.js'
import { DirectoryRepository } from '../routing/directory.repository.js'
import { FactsRepository } from '../routing/facts.repository.js'
import { keptDirectory, RoutingModule } from '../routing/routing.module.js'
import { Acknowledge } from './acknowledge.js'
import { AcknowledgementRepository } from './acknowledgement.repository.js'
import { AcknowledgementsController } from './acknowledgements.controller.js'
import { AnswerFeeds } from './answer-feeds.js'
import { AnswerTogether } from './answer-together.js'
import { CheckSlots } from './check-slots.js'
import { CopiesInHand } from './copies-in-hand.js'
import { DeliveryRepository } from './delivery.repository.js'
import { DeliveryListRepository } from './delivery-list.repository.js'
import { DeliveryResolver } from './delivery.resolver.js'
import { DisclosureRepository } from './disclosure.repository.js'
import { FeedController } from './feed.controller.js'
import { FeedRepository } from './feed.repository.js'
import { FeedWaiters } from './feed-waiters.js'
import { HandOver } from './hand-over.js'
import { ListDeliveries } from './list-deliveries.js'
import { ReadFeed } from './read-feed.js'
import { SignFeed } from './sign-feed.js'
import { TellUnacknowledged } from './tell-unacknowledged.js'
import { UnacknowledgedRepository } from './unacknowledged.repository.js'

const repositories: Provider[] = [
  {
    provide: FeedRepository,
    inject: [Database, JustWritten],
    useFactory: (database: Database, justWritten: JustWritten) => new FeedRepository(database, justWritten),
  },
  {
    provide: FeedWaiters,
    inject: [FeedRepository],
    useFactory: (feeds: FeedRepository) => new FeedWaiters((recipients) => feeds.heads(recipients)),
  },
  {
    provide: DeliveryListRepository,
    inject: [Database],
    useFactory: (database: Database) => new DeliveryListRepository(database),
  },
  ...[DisclosureRepository, AcknowledgementRepository, UnacknowledgedRepository],
]

type CheckParts = [
  PolicySet,
  Kept<Directory>,
  FactsRepository,
  DisclosureRepository,
  DeliveryRepository,
  KeyRing,
  ProgramKeys,
  JoinedChildren,
]

const checkSlots: Provider = {
  provide: CheckSlots,
  inject: [
    ...[policySet, keptDirectory, FactsRepository, DisclosureRepository, DeliveryRepository],
    ...[KeyRing, programKeys, JoinedChildren],
  ],
  useFactory: (...[policies, directory, facts, disclosures, deliveries, keyRing, keys, joined]: CheckParts) =>
    new CheckSlots({ policies, directory, facts, disclosures, deliveries, keyRing, keys, joined }),
}

type AnswerParts = [Database, FeedRepository, CheckSlots, AccessRecorder, CopiesInHand, RelayNudge]

const answering: Provider[] = [
  {
    provide: AnswerFeeds,
    inject: [Database, FeedRepository, CheckSlots, AccessRecorder, CopiesInHand, RelayNudge],
    useFactory: (...[database, feeds, check, recorder, inHand, relay]: AnswerParts) =>
      new AnswerFeeds({ database, feeds, check, recorder, inHand, onCommitted: relay.records }),
  },
  {
    provide: ReadFeed,
    inject: [AnswerFeeds, FeedRepository, FeedWaiters],
    useFactory: (answer: AnswerFeeds, feeds: FeedRepository, waiters: FeedWaiters) =>
      new ReadFeed({ feeds, waiters, answers: new AnswerTogether((asked) => answer.answer(asked)) }),
  },
  {
    provide: HandOver,
    inject: [AnswerFeeds, FeedWaiters],
    useFactory: (feeds: AnswerFeeds, waiters: FeedWaiters) => new HandOver({ feeds, waiters }),
  },
]

const signFeed: Provider = {
  provide: SignFeed,
  inject: [programKeys, DatabaseClock],
  useFactory: (keys: ProgramKeys, clock: DatabaseClock) => new SignFeed(keys, clock),
}

type AcknowledgeParts = [Database, DirectoryRepository, AcknowledgementRepository]

const acknowledge: Provider = {
  provide: Acknowledge,
  inject: [Database, DirectoryRepository, AcknowledgementRepository],
  useFactory: (...[database, directory, acknowledgements]: AcknowledgeParts) =>
    new Acknowledge({ database, directory, acknowledgements }),
}

type TellParts = [Database, UnacknowledgedRepository, EventRepository, HubRows, Kept<Directory>, KeyRing, RelayNudge]

const tellUnacknowledged: Provider = {
  provide: TellUnacknowledged,
  inject: [Database, UnacknowledgedRepository, EventRepository, HubRows, keptDirectory, KeyRing, RelayNudge],
  useFactory: (...[database, overdue, events, hubRows, directory, keyRing, relay]: TellParts) =>
    new TellUnacknowledged({ database, overdue, events, hubRows, directory, keyRing, onCommitted: relay.now }),
}

type ListParts = [Database, DeliveryListRepository, AccessRecorder, RelayNudge]

const listDeliveries: Provider = {
  provide: ListDeliveries,
  inject: [Database, DeliveryListRepository, AccessRecorder, RelayNudge],
  useFactory: (...[database, list, recorder, relay]: ListParts) =>
    new ListDeliveries({ database, list, recorder, onCommitted: relay.records }),
}

@Module({
  imports: [IngestModule, RoutingModule, IdentityChangesModule],
  controllers: [FeedController, AcknowledgementsController],
  providers: [
    ...repositories,
    checkSlots,
    ...answering,
    signFeed,
    acknowledge,
    tellUnacknowledged,
    listDeliveries,
    DeliveryResolver,
  ],
  exports: [...repositories, tellUnacknowledged],
})
export class DeliveryModule {}
