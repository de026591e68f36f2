import { Module, type Provider } from '@nestjs/common'
import { JustWritten } from '#libs/kafka'
import type { PolicySet } from '#libs/policy'
import { Database } from '#libs/postgres'
import { AccessRecorder, type ProgramKeys } from '#libs/security'
import { policySet, programKeys } from '#libs/service'
import type { AgreementBook } from '../basis/agreement-book.js'
import { AgreementRepository } from '../basis/agreement.repository.js'
import { AgreementResolver } from '../basis/agreement.resolver.js'
import { BasisModule, keptAgreements } from '../basis/basis.module.js'
import { EndAgreement } from '../basis/end-agreement.js'
import { Kept } from '../basis/kept.js'
import { ReadAgreement } from '../basis/read-agreement.js'
import { CopiesInHand } from '../delivery/copies-in-hand.js'
import { DeliveryRepository } from '../delivery/delivery.repository.js'
import { WithdrawCopies } from '../delivery/withdraw-copies.js'
import { IdentityChangesModule } from '../identity/identity-changes.module.js'
import { JoinedChildren } from '../identity/joined-children.js'
import { EventRepository } from '../ingest/event.repository.js'
import { HubRows } from '../ingest/held-notices.js'
import { IngestModule } from '../ingest/ingest.module.js'
import { RelayNudge } from '../ingest/relay-nudge.js'
import { DecisionRepository } from './decision.repository.js'
import { DecisionResolver } from './decision.resolver.js'
import type { Directory } from './directory.js'
import { DirectoryRepository } from './directory.repository.js'
import { FactsRepository } from './facts.repository.js'
import { ReadDecisions } from './read-decisions.js'
import { RouteEvents } from './route-events.js'

/** Injection token of the directory in memory: `Kept<Directory>`. */
export const keptDirectory = Symbol('the directory, kept a second')

const repositories: Provider[] = [
  {
    provide: DirectoryRepository,
    inject: [Database],
    useFactory: (database: Database) => new DirectoryRepository(database),
  },
  {
    provide: DecisionRepository,
    inject: [Database],
    useFactory: (database: Database) => new DecisionRepository(database),
  },
  {
    provide: keptDirectory,
    inject: [DirectoryRepository],
    useFactory: (directory: DirectoryRepository) => new Kept(() => directory.load()),
  },
  FactsRepository,
  {
    provide: DeliveryRepository,
    inject: [JustWritten],
    useFactory: (justWritten: JustWritten) => new DeliveryRepository(justWritten),
  },
  { provide: CopiesInHand, useFactory: () => new CopiesInHand() },
]

type RouterParts = [
  PolicySet,
  Kept<Directory>,
  Kept<AgreementBook>,
  FactsRepository,
  DeliveryRepository,
  AccessRecorder,
  ProgramKeys,
  CopiesInHand,
  JoinedChildren,
  HubRows,
  EventRepository,
]

const router: Provider = {
  provide: RouteEvents,
  inject: [
    ...[policySet, keptDirectory, keptAgreements, FactsRepository, DeliveryRepository],
    ...[AccessRecorder, programKeys, CopiesInHand, JoinedChildren, HubRows, EventRepository],
  ],
  useFactory: (...parts: RouterParts) => {
    const [policies, directory, agreements, facts, deliveries, recorder, keys, inHand, joined, hubRows, events] = parts
    return new RouteEvents({
      ...{ policies, directory, agreements, facts, deliveries, recorder, keys, inHand, joined },
      withdraw: new WithdrawCopies(deliveries),
      say: async (tx, words) => {
        await events.insertWith(tx, await Promise.all(words.map((word) => hubRows.prepare(word))))
      },
    })
  },
}

type ReadDecisionsParts = [Database, DecisionRepository, PolicySet, AccessRecorder, RelayNudge]

const readDecisions: Provider = {
  provide: ReadDecisions,
  inject: [Database, DecisionRepository, policySet, AccessRecorder, RelayNudge],
  useFactory: (...[database, decisions, policies, recorder, relay]: ReadDecisionsParts) =>
    new ReadDecisions({ database, decisions, policies, recorder, onCommitted: relay.records }),
}

type AgreementParts = [Database, AgreementRepository, PolicySet, AccessRecorder, RelayNudge, Kept<AgreementBook>]

const agreementParts = [Database, AgreementRepository, policySet, AccessRecorder, RelayNudge, keptAgreements]

const agreements: Provider[] = [
  {
    provide: ReadAgreement,
    inject: agreementParts,
    useFactory: (...[database, repository, policies, recorder, relay]: AgreementParts) =>
      new ReadAgreement({ database, agreements: repository, policies, recorder, onCommitted: relay.records }),
  },
  {
    provide: EndAgreement,
    inject: agreementParts,
    useFactory: (...[database, repository, policies, recorder, relay, kept]: AgreementParts) =>
      new EndAgreement({
        ...{ database, agreements: repository, policies, recorder },
        onEnded: () => {
          kept.forget()
        },
        onCommitted: relay.now,
      }),
  },
]

@Module({
  imports: [BasisModule, IngestModule, IdentityChangesModule],
  providers: [...repositories, router, readDecisions, ...agreements, DecisionResolver, AgreementResolver],
  exports: [...repositories, router],
})
export class RoutingModule {}
