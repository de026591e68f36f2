import type { Provider } from '@nestjs/common'
import { dayOneModel } from '#libs/matching'
import type { PolicySet } from '#libs/policy'
import { Database } from '#libs/postgres'
import { AccessRecorder, KeyRing } from '#libs/security'
import { policySet } from '#libs/service'
import { identityConfig, type IdentityConfig } from '../identity.config.js'
import { IndexKeeper } from '../index/index-keeper.js'
import { MemoryIndex } from '../index/live-index.js'
import { NameVariantRepository } from '../variant/name-variant.repository.js'
import { KeepModels } from './keep-models.js'
import { ModelDesk } from './model-desk.js'
import { ModelRepository } from './model.repository.js'
import { ModelResolver } from './model.resolver.js'
import { ProposeModel } from './propose-model.js'
import { ShadowModel } from './shadow-model.js'
import { Teacher } from './teacher.js'

/** Models by which records are matched: which one decides, which one is asked beside it. */
export const modelling: readonly Provider[] = [
  ModelRepository,
  ModelResolver,
  {
    provide: ShadowModel,
    inject: [ModelRepository],
    useFactory: (models: ModelRepository) => new ShadowModel(models),
  },
  {
    provide: KeepModels,
    inject: [ModelRepository, ShadowModel, MemoryIndex, IndexKeeper],
    useFactory: (models: ModelRepository, ...[shadow, index, keeper]: [ShadowModel, MemoryIndex, IndexKeeper]) =>
      new KeepModels({ models, shadow, index, keeper, first: dayOneModel }),
  },
  {
    provide: ModelDesk,
    inject: [Database, AccessRecorder, policySet],
    useFactory: (database: Database, recorder: AccessRecorder, policies: PolicySet) =>
      new ModelDesk({ database, recorder, policies }),
  },
  {
    provide: ProposeModel,
    inject: [
      ...[Database, ModelRepository, KeepModels, Teacher, MemoryIndex, ModelDesk],
      ...[NameVariantRepository, identityConfig],
    ],
    useFactory: (database: Database, ...[models, keeping, teacher, index, desk, variants, config]: Proposing) => {
      const { LEARN_FROM_AT_LEAST: leastRecords } = config
      return new ProposeModel({ database, models, keeping, teacher, index, desk, variants, leastRecords })
    },
  },
  {
    provide: Teacher,
    inject: [Database, KeyRing, ModelRepository, identityConfig],
    useFactory: (database: Database, ...[keyRing, models, config]: [KeyRing, ModelRepository, IdentityConfig]) => {
      const { DATABASE_URL: url, WAYMARK_KEY_FILE: keyFile } = config
      return new Teacher({ database, keyRing, models, url, keyFile })
    },
  },
]

type Proposing = [ModelRepository, KeepModels, Teacher, MemoryIndex, ModelDesk, NameVariantRepository, IdentityConfig]
