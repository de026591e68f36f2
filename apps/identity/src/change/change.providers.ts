import type { Provider } from '@nestjs/common'
import { Database } from '#libs/postgres'
import { KeyRing, type ProgramKeys } from '#libs/security'
import { programKeys } from '#libs/service'
import { KeyedHashes } from '../resolution/keyed-hashes.js'
import { RekeyRepository } from '../rekey/rekey.repository.js'
import { ApplyChange } from './apply-change.js'
import { ChangeRepository } from './change.repository.js'
import { OverrideRepository } from './override.repository.js'
import { PrepareChange } from './prepare-change.js'
import { RecordContentRepository } from './record-content.repository.js'

/** What joins and separates children. */
export const changing: readonly Provider[] = [
  ...[ChangeRepository, RecordContentRepository, OverrideRepository],
  {
    provide: PrepareChange,
    inject: [programKeys, KeyRing, KeyedHashes, RecordContentRepository],
    useFactory: (...[keys, keyRing, hashes, records]: [ProgramKeys, KeyRing, KeyedHashes, RecordContentRepository]) =>
      new PrepareChange({ keys, keyRing, hashes, records }),
  },
  {
    provide: ApplyChange,
    inject: [Database, ChangeRepository, RekeyRepository, PrepareChange],
    useFactory: (
      ...[database, changes, rekeys, preparing]: [Database, ChangeRepository, RekeyRepository, PrepareChange]
    ) => new ApplyChange({ database, changes, rekeys, preparing }),
  },
]
