import type { Provider } from '@nestjs/common'
import type { PolicySet } from '#libs/policy'
import { Database } from '#libs/postgres'
import { AccessRecorder, KeyRing, type ProgramKeys } from '#libs/security'
import { policySet, programKeys } from '#libs/service'
import { ChangeRepository } from '../change/change.repository.js'
import { RecordContentRepository } from '../change/record-content.repository.js'
import { identityConfig, type IdentityConfig } from '../identity.config.js'
import { ReasonSeal } from '../review/reason-seal.js'
import { SealChild } from './seal-child.js'
import { SealRepository } from './seal.repository.js'
import { VaultRepository } from './vault.repository.js'

type Parts = [
  Database,
  SealRepository,
  VaultRepository,
  ChangeRepository,
  RecordContentRepository,
  ReasonSeal,
  AccessRecorder,
  PolicySet,
  KeyRing,
  ProgramKeys,
  IdentityConfig,
]

/** Sealed successions. */
export const sealingChildren: readonly Provider[] = [
  SealRepository,
  {
    provide: VaultRepository,
    inject: [programKeys],
    useFactory: (keys: ProgramKeys | undefined) => new VaultRepository(keys),
  },
  {
    provide: SealChild,
    inject: [
      ...[Database, SealRepository, VaultRepository, ChangeRepository, RecordContentRepository, ReasonSeal],
      ...[AccessRecorder, policySet, KeyRing, programKeys, identityConfig],
    ],
    useFactory: (...parts: Parts) => {
      const [database, seals, vault, changes, records, reasons, recorder, policies, keyRing, keys, config] = parts
      return new SealChild({
        ...{ database, seals, vault, changes, records, reasons, recorder, policies, keyRing, keys },
        isProduction: config.WAYMARK_PROFILE === 'production',
      })
    },
  },
]
