import type { Provider } from '@nestjs/common'
import { Database } from '#libs/postgres'
import { MemoryIndex } from '../index/live-index.js'
import { KeyedHashes } from '../resolution/keyed-hashes.js'
import { ReviewRepository } from '../review/review.repository.js'
import { ApplyChange } from './apply-change.js'
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
]

/** What looks for children that are one. */
export const mergeChecking: readonly Provider[] = [
  MergeCheckRepository,
  {
    provide: MergeCheck,
    inject: [
      ...[Database, MergeCheckRepository, ChangeRepository, RecordContentRepository, OverrideRepository],
      ...[ReviewRepository, ApplyChange, MemoryIndex, KeyedHashes],
    ],
    useFactory: (...parts: Parts) => {
      const [database, checks, changes, records, overrides, reviews, applying, index, hashes] = parts
      return new MergeCheck({ database, checks, changes, records, overrides, reviews, applying, index, hashes })
    },
  },
]
