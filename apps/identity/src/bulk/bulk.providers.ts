import type { Provider } from '@nestjs/common'
import { Database } from '#libs/postgres'
import type { PolicySet } from '#libs/policy'
import { AccessRecorder } from '#libs/security'
import { policySet } from '#libs/service'
import { identityConfig, type IdentityConfig } from '../identity.config.js'
import { KeyedHashes } from '../resolution/keyed-hashes.js'
import { ResolveChildren } from '../resolution/resolve-children.js'
import { AcceptBulkLoad } from './accept-bulk-load.js'
import { BulkLoadRepository } from './bulk-load.repository.js'
import { BulkRunner } from './bulk-runner.js'
import { ResolveLoad } from './resolve-load.js'
import { StageLoad } from './stage-load.js'
import { Stagers } from './stagers.js'

const threads = 2

/** Files of records, resolved in the background. */
export const bulkLoading: readonly Provider[] = [
  BulkLoadRepository,
  {
    provide: Stagers,
    inject: [KeyedHashes, identityConfig],
    useFactory: (hashes: KeyedHashes, { WAYMARK_KEY_FILE }: IdentityConfig) =>
      new Stagers(hashes, { keyFile: WAYMARK_KEY_FILE, threads }),
  },
  {
    provide: BulkRunner,
    inject: [BulkLoadRepository, Stagers, ResolveChildren, identityConfig],
    useFactory: (loads: BulkLoadRepository, ...[stagers, children, config]: Running) =>
      new BulkRunner(
        loads,
        new StageLoad(loads, stagers, { isProduction: config.WAYMARK_PROFILE === 'production' }),
        new ResolveLoad({ loads, children }),
      ),
  },
  {
    provide: AcceptBulkLoad,
    inject: [Database, BulkLoadRepository, BulkRunner, AccessRecorder, policySet],
    useFactory: (database: Database, ...[loads, runner, recorder, policies]: Accepting) =>
      new AcceptBulkLoad({ database, loads, runner, recorder, policies }),
  },
]

type Running = [Stagers, ResolveChildren, IdentityConfig]
type Accepting = [BulkLoadRepository, BulkRunner, AccessRecorder, PolicySet]
