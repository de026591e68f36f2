import { availableParallelism } from 'node:os'
import type { Provider } from '@nestjs/common'
import { dayOneModel } from '#libs/matching'
import { KeyRing } from '#libs/security'
import { identityConfig, type IdentityConfig } from '../identity.config.js'
import { EntryReaders } from './entry-readers.js'
import { IndexKeeper } from './index-keeper.js'
import { IndexRepository } from './index.repository.js'
import { MemoryIndex } from './live-index.js'

/** One processor puts in what the others read; three are as fast as it. */
const threads = Math.max(1, Math.min(3, availableParallelism() - 1))

/** The index in memory and what keeps it in step; two replicas learn of each other's commits by the feed. */
export const indexing: readonly Provider[] = [
  IndexRepository,
  {
    provide: MemoryIndex,
    useFactory: () => new MemoryIndex(dayOneModel),
  },
  {
    provide: IndexKeeper,
    inject: [MemoryIndex, IndexRepository, KeyRing, identityConfig],
    useFactory: (index: MemoryIndex, ...[entries, keyRing, config]: [IndexRepository, KeyRing, IdentityConfig]) => {
      const { DATABASE_URL: url, WAYMARK_KEY_FILE: keyFile } = config
      return new IndexKeeper(index, entries, new EntryReaders({ url, keyFile, keyRing, threads }))
    },
  },
]
