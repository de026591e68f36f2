import type { Provider } from '@nestjs/common'
import { dayOneModel } from '#libs/matching'
import { IndexKeeper } from './index-keeper.js'
import { IndexRepository } from './index.repository.js'
import { MemoryIndex } from './live-index.js'

/** The index in memory and what keeps it in step; two replicas learn of each other's commits by the feed. */
export const indexing: readonly Provider[] = [
  IndexRepository,
  {
    provide: MemoryIndex,
    useFactory: () => new MemoryIndex(dayOneModel),
  },
  {
    provide: IndexKeeper,
    inject: [MemoryIndex, IndexRepository],
    useFactory: (index: MemoryIndex, entries: IndexRepository) => new IndexKeeper(index, entries),
  },
]
