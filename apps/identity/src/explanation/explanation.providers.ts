import type { Provider } from '@nestjs/common'
import type { PolicySet } from '#libs/policy'
import { Database } from '#libs/postgres'
import { AccessRecorder, type ProgramKeys } from '#libs/security'
import { policySet, programKeys } from '#libs/service'
import { OverrideRepository } from '../change/override.repository.js'
import { identityConfig, type IdentityConfig } from '../identity.config.js'
import { MemoryIndex } from '../index/live-index.js'
import { ModelRepository } from '../model/model.repository.js'
import { FindChild } from '../resolution/find-child.js'
import { DecisionSeal } from './decision-seal.js'
import { ExplainDecision } from './explain-decision.js'
import { ExplanationResolver } from './explanation.resolver.js'
import { StewardDesk } from './steward-desk.js'
import { StoredDecisionRepository } from './stored-decision.repository.js'
import { WhatIf } from './what-if.js'

/** Why children were told apart or joined, and what would have been. */
export const explaining: readonly Provider[] = [
  StoredDecisionRepository,
  ExplanationResolver,
  {
    provide: StewardDesk,
    inject: [Database, AccessRecorder, policySet],
    useFactory: (database: Database, recorder: AccessRecorder, policies: PolicySet) =>
      new StewardDesk({ database, recorder, policies }),
  },
  {
    provide: ExplainDecision,
    inject: [StoredDecisionRepository, ModelRepository, MemoryIndex, StewardDesk, programKeys, OverrideRepository],
    useFactory: (decisions: StoredDecisionRepository, ...[models, index, desk, keys, overrides]: Explaining) =>
      new ExplainDecision({ decisions, models, index, desk, overrides, seals: new DecisionSeal(keys) }),
  },
  {
    provide: WhatIf,
    inject: [FindChild, MemoryIndex, ModelRepository, StewardDesk, identityConfig],
    useFactory: (find: FindChild, ...[index, models, desk, config]: Supposing) =>
      new WhatIf({ find, index, models, desk, isProduction: config.WAYMARK_PROFILE === 'production' }),
  },
]

type Explaining = [ModelRepository, MemoryIndex, StewardDesk, ProgramKeys | undefined, OverrideRepository]
type Supposing = [MemoryIndex, ModelRepository, StewardDesk, IdentityConfig]
