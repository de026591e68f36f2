import type { Provider } from '@nestjs/common'
import { Database } from '#libs/postgres'
import { KeyRing } from '#libs/security'
import { identityConfig, type IdentityConfig } from '../identity.config.js'
import { MemoryIndex } from '../index/live-index.js'
import { ModelDesk } from '../model/model-desk.js'
import { ModelRepository } from '../model/model.repository.js'
import { ReasonSeal } from '../review/reason-seal.js'
import { DecideVariants } from './decide-variants.js'
import { MineVariants } from './mine-variants.js'
import { NameVariantRepository } from './name-variant.repository.js'
import { NameVariantResolver } from './name-variant.resolver.js'

/** Names that are forms of one: what is found among children, what stewards say of it. */
export const variantKeeping: readonly Provider[] = [
  NameVariantRepository,
  NameVariantResolver,
  {
    provide: MineVariants,
    inject: [Database, KeyRing, NameVariantRepository, identityConfig],
    useFactory: (
      database: Database,
      ...[keyRing, variants, config]: [KeyRing, NameVariantRepository, IdentityConfig]
    ) => {
      const { DATABASE_URL: url, WAYMARK_KEY_FILE: keyFile } = config
      return new MineVariants({ database, keyRing, variants, url, keyFile })
    },
  },
  {
    provide: DecideVariants,
    inject: [Database, ModelDesk, NameVariantRepository, ModelRepository, MineVariants, ReasonSeal, MemoryIndex],
    useFactory: (database: Database, ...[desk, variants, models, mining, reasons, index]: Deciding) =>
      new DecideVariants({ database, desk, variants, models, mining, reasons, index }),
  },
]

type Deciding = [ModelDesk, NameVariantRepository, ModelRepository, MineVariants, ReasonSeal, MemoryIndex]
