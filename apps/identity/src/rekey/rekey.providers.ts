import type { Provider } from '@nestjs/common'
import type { PolicySet } from '#libs/policy'
import { Database } from '#libs/postgres'
import { AccessRecorder } from '#libs/security'
import { policySet } from '#libs/service'
import { ReviewDesk } from '../review/review-desk.js'
import { RekeyRepository } from './rekey.repository.js'
import { RekeyResolver } from './rekey.resolver.js'
import { WatchRekeys } from './watch-rekeys.js'
import { WorkRekeys } from './work-rekeys.js'

/** What holders of children have to write anew. */
export const rekeying: readonly Provider[] = [
  RekeyRepository,
  {
    provide: WorkRekeys,
    inject: [Database, RekeyRepository, AccessRecorder, policySet],
    useFactory: (...[database, rekeys, recorder, policies]: [Database, RekeyRepository, AccessRecorder, PolicySet]) =>
      new WorkRekeys({ database, rekeys, recorder, policies }),
  },
  {
    provide: WatchRekeys,
    inject: [Database, ReviewDesk, RekeyRepository],
    useFactory: (...[database, desk, rekeys]: [Database, ReviewDesk, RekeyRepository]) =>
      new WatchRekeys({ database, desk, rekeys }),
  },
  RekeyResolver,
]
