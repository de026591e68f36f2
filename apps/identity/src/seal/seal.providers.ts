import type { Provider } from '@nestjs/common'
import type { PolicySet } from '#libs/policy'
import { Database } from '#libs/postgres'
import { AccessRecorder, KeyRing, type ProgramKeys } from '#libs/security'
import { policySet, programKeys } from '#libs/service'
import { ConfirmChild } from '../change/confirm-child.js'
import { ChangeRepository } from '../change/change.repository.js'
import { PrepareChange } from '../change/prepare-change.js'
import { RecordContentRepository } from '../change/record-content.repository.js'
import { identityConfig, type IdentityConfig } from '../identity.config.js'
import { ProtectionRepository } from '../protection/protection.repository.js'
import { ReasonSeal } from '../review/reason-seal.js'
import { GuardianOffice } from './guardian-office.js'
import { SealChild } from './seal-child.js'
import { SealRepository } from './seal.repository.js'
import { UndoSeal } from './undo-seal.js'
import { VaultRepository } from './vault.repository.js'

/** Injection token of what sealing and unsealing share. */
const sealed = Symbol('what sealing and unsealing share')

type Shared = [Database, SealRepository, VaultRepository, RecordContentRepository, GuardianOffice, KeyRing, ProgramKeys]
type Sealing = [ChangeRepository, ReasonSeal, ConfirmChild, IdentityConfig]
type SharedParts = ReturnType<typeof sharedFrom>

function sharedFrom(...[database, seals, vault, records, office, keyRing, keys]: Shared) {
  return { database, seals, vault, records, office, keyRing, keys }
}

/** Sealed successions, and the way back. */
export const sealingChildren: readonly Provider[] = [
  SealRepository,
  {
    provide: VaultRepository,
    inject: [programKeys],
    useFactory: (keys: ProgramKeys | undefined) => new VaultRepository(keys),
  },
  {
    provide: GuardianOffice,
    inject: [Database, AccessRecorder, policySet],
    useFactory: (database: Database, recorder: AccessRecorder, policies: PolicySet) =>
      new GuardianOffice({ database, recorder, policies }),
  },
  {
    provide: sealed,
    inject: [
      ...[Database, SealRepository, VaultRepository, RecordContentRepository, GuardianOffice, KeyRing],
      programKeys,
    ],
    useFactory: sharedFrom,
  },
  {
    provide: SealChild,
    inject: [sealed, ChangeRepository, ReasonSeal, ConfirmChild, identityConfig],
    useFactory: (parts: SharedParts, ...[changes, reasons, confirming, config]: Sealing) =>
      new SealChild({ ...parts, changes, reasons, confirming, isProduction: config.WAYMARK_PROFILE === 'production' }),
  },
  {
    provide: UndoSeal,
    inject: [sealed, ProtectionRepository, PrepareChange],
    useFactory: (parts: SharedParts, ...[protections, preparing]: [ProtectionRepository, PrepareChange]) =>
      new UndoSeal({ ...parts, protections, preparing }),
  },
]
