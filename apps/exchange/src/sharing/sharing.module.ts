import { Module, type Provider } from '@nestjs/common'
import type { PolicySet } from '#libs/policy'
import { Database } from '#libs/postgres'
import { AccessRecorder, KeyRing, type ProgramKeys } from '#libs/security'
import { policySet, programKeys } from '#libs/service'
import type { Kept } from '../basis/kept.js'
import { DeliveryModule } from '../delivery/delivery.module.js'
import { DeliveryRepository } from '../delivery/delivery.repository.js'
import { DisclosureRepository } from '../delivery/disclosure.repository.js'
import { FeedWaiters } from '../delivery/feed-waiters.js'
import { IdentityChangesModule } from '../identity/identity-changes.module.js'
import { JoinedChildren } from '../identity/joined-children.js'
import { EventRepository } from '../ingest/event.repository.js'
import { HubRows } from '../ingest/held-notices.js'
import { IngestModule } from '../ingest/ingest.module.js'
import { RelayNudge } from '../ingest/relay-nudge.js'
import type { Directory } from '../routing/directory.js'
import { FactsRepository } from '../routing/facts.repository.js'
import { keptDirectory, RoutingModule } from '../routing/routing.module.js'
import { DecideSharing } from './decide-sharing.js'
import { ListNotShared } from './list-not-shared.js'
import { ListSharingQuestions } from './list-sharing-questions.js'
import { NotSharedRepository } from './not-shared.repository.js'
import { NotSharedResolver } from './not-shared.resolver.js'
import { SharingDesk } from './sharing-desk.js'
import { SharingQuestionRepository } from './sharing-question.repository.js'
import { SharingResolver } from './sharing.resolver.js'
import { TellUndecided } from './tell-undecided.js'

const desk: Provider = {
  provide: SharingDesk,
  inject: [Database, policySet, AccessRecorder, RelayNudge],
  useFactory: (...[database, policies, recorder, relay]: [Database, PolicySet, AccessRecorder, RelayNudge]) =>
    new SharingDesk({ database, policies, recorder, onCommitted: relay.records }),
}

type ListParts = [
  Database,
  SharingDesk,
  SharingQuestionRepository,
  FactsRepository,
  Kept<Directory>,
  KeyRing,
  RelayNudge,
]

const list: Provider = {
  provide: ListSharingQuestions,
  inject: [Database, SharingDesk, SharingQuestionRepository, FactsRepository, keptDirectory, KeyRing, RelayNudge],
  useFactory: (...[database, desk, questions, facts, directory, keyRing, relay]: ListParts) =>
    new ListSharingQuestions({ database, desk, questions, facts, directory, keyRing, onCommitted: relay.records }),
}

type NotSharedParts = [Database, PolicySet, NotSharedRepository, AccessRecorder, KeyRing, RelayNudge]

const notShared: Provider = {
  provide: ListNotShared,
  inject: [Database, policySet, NotSharedRepository, AccessRecorder, KeyRing, RelayNudge],
  useFactory: (...[database, policies, list, recorder, keyRing, relay]: NotSharedParts) =>
    new ListNotShared({ database, policies, list, recorder, keyRing, onCommitted: relay.records }),
}

type DecideParts = [
  Database,
  SharingDesk,
  SharingQuestionRepository,
  PolicySet,
  Kept<Directory>,
  FactsRepository,
  DisclosureRepository,
  DeliveryRepository,
  JoinedChildren,
  KeyRing,
  ProgramKeys,
  FeedWaiters,
  RelayNudge,
]

const deciding: Provider = {
  provide: DecideSharing,
  inject: [
    ...[
      Database,
      SharingDesk,
      SharingQuestionRepository,
      policySet,
      keptDirectory,
      FactsRepository,
      DisclosureRepository,
    ],
    ...[DeliveryRepository, JoinedChildren, KeyRing, programKeys, FeedWaiters, RelayNudge],
  ],
  useFactory: (...parts: DecideParts) => {
    const [database, desk, questions, policies, directory, facts, disclosures, ...others] = parts
    const [deliveries, joined, keyRing, keys, waiters, relay] = others
    return new DecideSharing({
      ...{ database, desk, questions, policies, directory, facts, disclosures, deliveries, joined, keyRing, keys },
      onCommitted: (lines) => {
        waiters.nudge(lines)
        relay.records()
      },
    })
  },
}

type TellParts = [Database, SharingQuestionRepository, EventRepository, HubRows, RelayNudge]

const telling: Provider = {
  provide: TellUndecided,
  inject: [Database, SharingQuestionRepository, EventRepository, HubRows, RelayNudge],
  useFactory: (...[database, questions, events, hubRows, relay]: TellParts) =>
    new TellUndecided({ database, questions, events, hubRows, onCommitted: relay.now }),
}

@Module({
  imports: [IngestModule, RoutingModule, IdentityChangesModule, DeliveryModule],
  providers: [
    ...[SharingQuestionRepository, desk, list, deciding, telling, SharingResolver],
    ...[NotSharedRepository, notShared, NotSharedResolver],
  ],
})
export class SharingModule {}
