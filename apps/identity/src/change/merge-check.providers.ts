import type { Provider } from '@nestjs/common'
import { Database } from '#libs/postgres'
import { KeyRing, type ProgramKeys } from '#libs/security'
import { programKeys } from '#libs/service'
import { MemoryIndex } from '../index/live-index.js'
import { KeyedHashes } from '../resolution/keyed-hashes.js'
import { ReviewRepository } from '../review/review.repository.js'
import { SettledChildRepository } from '../review/settled-child.repository.js'
import { VaultRepository } from '../seal/vault.repository.js'
import { ApplyChange } from './apply-change.js'
import { ConfirmChild } from './confirm-child.js'
import { ChangeRepository } from './change.repository.js'
import { MergeCheck } from './merge-check.js'
import { MergeCheckRepository } from './merge-check.repository.js'
import { OverrideRepository } from './override.repository.js'
import { RecordContentRepository } from './record-content.repository.js'

type Parts = [
  Database,
  MergeCheckRepository,
  ChangeRepository,
  RecordContentRepository,
  OverrideRepository,
  ReviewRepository,
  ApplyChange,
  MemoryIndex,
  KeyedHashes,
  VaultRepository,
  ConfirmChild,
]

/** What looks for children that are one. */
export const mergeChecking: readonly Provider[] = [
  MergeCheckRepository,
  {
    provide: ConfirmChild,
    inject: [SettledChildRepository, KeyRing, programKeys],
    useFactory: (settled: SettledChildRepository, keyRing: KeyRing, keys: ProgramKeys) =>
      new ConfirmChild({ settled, keyRing, keys }),
  },
  {
    provide: MergeCheck,
    inject: [
      ...[Database, MergeCheckRepository, ChangeRepository, RecordContentRepository, OverrideRepository],
      ...[ReviewRepository, ApplyChange, MemoryIndex, KeyedHashes, VaultRepository, ConfirmChild],
    ],
    useFactory: (...parts: Parts) => {
      const [database, checks, changes, records, overrides, reviews, applying, index, hashes, vault, confirming] = parts
      return new MergeCheck({
        ...{ database, checks, changes, records, overrides, reviews, applying, index, hashes, vault, confirming },
      })
    },
  },
]
