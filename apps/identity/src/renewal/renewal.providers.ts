import type { Provider } from '@nestjs/common'
import { Database } from '#libs/postgres'
import { KeyRing } from '#libs/security'
import { MergeCheck } from '../change/merge-check.js'
import { IndexKeeper } from '../index/index-keeper.js'
import { MemoryIndex } from '../index/live-index.js'
import { KeyedHashes } from '../resolution/keyed-hashes.js'
import { RenewProfiles } from './renew-profiles.js'
import { RenewalRepository } from './renewal.repository.js'

type Parts = [Database, RenewalRepository, KeyRing, KeyedHashes, MemoryIndex, IndexKeeper, MergeCheck]

/** What makes profiles of an earlier normaliser anew. */
export const renewing: readonly Provider[] = [
  RenewalRepository,
  {
    provide: RenewProfiles,
    inject: [Database, RenewalRepository, KeyRing, KeyedHashes, MemoryIndex, IndexKeeper, MergeCheck],
    useFactory: (...[database, renewals, keyRing, hashes, index, keeper, checks]: Parts) =>
      new RenewProfiles({ database, renewals, keyRing, hashes, index, keeper, checks }),
  },
]
