import { Module, type Provider } from '@nestjs/common'
import type { PolicySet } from '#libs/policy'
import { Database } from '#libs/postgres'
import { AccessRecorder, KeyRing, type ProgramKeys } from '#libs/security'
import { foundation, policySet, programKeys, subgraph } from '#libs/service'
import { bulkLoading } from './bulk/bulk.providers.js'
import { BulkLoadsController } from './bulk/bulk-loads.controller.js'
import { changing } from './change/change.providers.js'
import { mergeChecking } from './change/merge-check.providers.js'
import { ChildRepository } from './child/child.repository.js'
import { ChildResolver } from './child/child.resolver.js'
import { HistoryRepository } from './child/history.repository.js'
import { IdentifierRepository } from './child/identifier.repository.js'
import { ReadChild } from './child/read-child.js'
import { fhir } from './fhir/fhir.providers.js'
import { MatchController } from './fhir/match.controller.js'
import { DecisionsController } from './explanation/decisions.controller.js'
import { explaining } from './explanation/explanation.providers.js'
import { identityConfig, type IdentityConfig } from './identity.config.js'
import { indexing } from './index/index.providers.js'
import { MemoryIndex } from './index/live-index.js'
import { modelling } from './model/model.providers.js'
import { ShadowModel } from './model/shadow-model.js'
import { LiftProtection } from './protection/lift-protection.js'
import { ProtectChild } from './protection/protect-child.js'
import { ProtectionRepository } from './protection/protection.repository.js'
import { ProtectionsController } from './protection/protections.controller.js'
import { reconciling } from './reconciliation/reconciliation.providers.js'
import { ReconciliationsController } from './reconciliation/reconciliations.controller.js'
import { rekeying } from './rekey/rekey.providers.js'
import { RekeysController } from './rekey/rekeys.controller.js'
import { renewing } from './renewal/renewal.providers.js'
import { AnswerEvents } from './resolution/answer-events.js'
import { CandidateRepository } from './resolution/candidate.repository.js'
import { EvenDoors } from './resolution/even-answers.js'
import { FindChild } from './resolution/find-child.js'
import { FindLimitRepository } from './resolution/find-limit.repository.js'
import { KeyedHashes } from './resolution/keyed-hashes.js'
import { KnownRecordsRepository } from './resolution/known-records.repository.js'
import { ResolutionsController } from './resolution/resolutions.controller.js'
import { ResolveChildren } from './resolution/resolve-children.js'
import { ResolveRecord } from './resolution/resolve-record.js'
import { ResolveController } from './resolution/resolve.controller.js'
import { SealEffects } from './resolution/seal-effects.js'
import { reviewing } from './review/review.providers.js'
import { sealingChildren } from './seal/seal.providers.js'
import { SealsController } from './seal/seals.controller.js'
import { VaultRepository } from './seal/vault.repository.js'
import { variantKeeping } from './variant/variant.providers.js'

/** Injection token of what every use case stands on. */
const foundations = Symbol('what every use case stands on')

function foundationsFrom(...[database, recorder, policies, keyed, config]: Surroundings) {
  return { database, recorder, policies, hashes: keyed, isProduction: config.WAYMARK_PROFILE === 'production' }
}

type Surroundings = [Database, AccessRecorder, PolicySet, KeyedHashes, IdentityConfig]
type Parts = ReturnType<typeof foundationsFrom>

/** Printing the contracts needs no key file: the hashes are keyed when they are first used. */
const hashes: Provider = {
  provide: KeyedHashes,
  inject: [programKeys],
  useFactory: (keys: ProgramKeys | undefined) => new KeyedHashes(keys),
}

const sealing: Provider = {
  provide: SealEffects,
  inject: [programKeys, KeyedHashes],
  useFactory: (keys: ProgramKeys, keyed: KeyedHashes) => new SealEffects(keys, keyed),
}

const useCases: readonly Provider[] = [
  {
    provide: foundations,
    inject: [Database, AccessRecorder, policySet, KeyedHashes, identityConfig],
    useFactory: foundationsFrom,
  },
  {
    provide: ResolveChildren,
    inject: [
      foundations,
      KnownRecordsRepository,
      CandidateRepository,
      SealEffects,
      KeyRing,
      MemoryIndex,
      ShadowModel,
      VaultRepository,
    ],
    useFactory: (
      parts: Parts,
      ...[records, candidates, seals, keyRing, index, onlooker, vault]: [
        KnownRecordsRepository,
        CandidateRepository,
        SealEffects,
        KeyRing,
        MemoryIndex,
        ShadowModel,
        VaultRepository,
      ]
    ) =>
      new ResolveChildren(parts.database, records, candidates, {
        ...parts,
        ...{ sealing: seals, keyRing, index, onlooker },
        deadAmong: (...asked) => vault.deadAmong(...asked),
      }),
  },
  {
    provide: AnswerEvents,
    inject: [foundations, ResolveChildren, IdentifierRepository],
    useFactory: (parts: Parts, children: ResolveChildren, identifiers: IdentifierRepository) =>
      new AnswerEvents(children, identifiers, parts.hashes, parts),
  },
  {
    provide: FindChild,
    inject: [foundations, CandidateRepository, MemoryIndex, VaultRepository],
    useFactory: (parts: Parts, ...[candidates, index, vault]: [CandidateRepository, MemoryIndex, VaultRepository]) =>
      new FindChild({ ...parts, candidates, index, deadAmong: (...asked) => vault.deadAmong(...asked) }),
  },
  EvenDoors,
  {
    provide: ResolveRecord,
    inject: [foundations, ResolveChildren, FindChild, FindLimitRepository, EvenDoors],
    useFactory: (
      parts: Parts,
      ...[children, find, findLimit, even]: [ResolveChildren, FindChild, FindLimitRepository, EvenDoors]
    ) => new ResolveRecord({ ...parts, children, find, findLimit, even }),
  },
  {
    provide: ReadChild,
    inject: [foundations, ChildRepository, VaultRepository],
    useFactory: (parts: Parts, ...[children, vault]: [ChildRepository, VaultRepository]) =>
      new ReadChild({ ...parts, children, vault }),
  },
  {
    provide: LiftProtection,
    inject: [foundations, ProtectionRepository],
    useFactory: (parts: Parts, protections: ProtectionRepository) => new LiftProtection({ ...parts, protections }),
  },
  {
    provide: ProtectChild,
    inject: [foundations, ProtectionRepository, ResolveChildren, FindChild],
    useFactory: (parts: Parts, ...[protections, children, find]: [ProtectionRepository, ResolveChildren, FindChild]) =>
      new ProtectChild({ ...parts, protections, children, find }),
  },
]

@Module({
  imports: [
    subgraph(),
    foundation({ program: 'identity', url: identityConfig().DATABASE_URL, keyFile: identityConfig().WAYMARK_KEY_FILE }),
  ],
  controllers: [
    BulkLoadsController,
    DecisionsController,
    MatchController,
    ReconciliationsController,
    ResolveController,
    ResolutionsController,
    ProtectionsController,
    RekeysController,
    SealsController,
  ],
  providers: [
    { provide: identityConfig, useFactory: identityConfig },
    ...[
      hashes,
      sealing,
      ...useCases,
      ...indexing,
      ...bulkLoading,
      ...fhir,
      ...modelling,
      ...explaining,
      ...reconciling,
    ],
    ...[
      KnownRecordsRepository,
      CandidateRepository,
      FindLimitRepository,
      IdentifierRepository,
      ChildRepository,
      HistoryRepository,
      ProtectionRepository,
    ],
    ChildResolver,
    ...[...changing, ...reviewing, ...rekeying, ...mergeChecking, ...sealingChildren, ...variantKeeping, ...renewing],
  ],
})
export class IdentityModule {}
