import type { Provider } from '@nestjs/common'
import type { PolicySet } from '#libs/policy'
import { Database } from '#libs/postgres'
import { AccessRecorder } from '#libs/security'
import { policySet } from '#libs/service'
import { identityConfig, type IdentityConfig } from '../identity.config.js'
import { FindChild } from '../resolution/find-child.js'
import { FindLimitRepository } from '../resolution/find-limit.repository.js'
import { KeyedHashes } from '../resolution/keyed-hashes.js'
import { OwnRecordsRepository } from './own-records.repository.js'
import { Reconcile } from './reconcile.js'

/** Lists of agencies beside what is known. */
export const reconciling: readonly Provider[] = [
  OwnRecordsRepository,
  {
    provide: Reconcile,
    inject: [
      ...[Database, FindChild, FindLimitRepository, OwnRecordsRepository, KeyedHashes],
      ...[AccessRecorder, policySet, identityConfig],
    ],
    useFactory: (database: Database, ...[find, findLimit, own, hashes, recorder, policies, config]: Standing) => {
      const isProduction = config.WAYMARK_PROFILE === 'production'
      return new Reconcile({ database, find, findLimit, own, hashes, recorder, policies, isProduction })
    },
  },
]

type Standing = [
  FindChild,
  FindLimitRepository,
  OwnRecordsRepository,
  KeyedHashes,
  AccessRecorder,
  PolicySet,
  IdentityConfig,
]
