import type { Provider } from '@nestjs/common'
import { Database } from '#libs/postgres'
import type { PolicySet } from '#libs/policy'
import { AccessRecorder } from '#libs/security'
import { policySet } from '#libs/service'
import { identityConfig, type IdentityConfig } from '../identity.config.js'
import { EvenDoors } from '../resolution/even-answers.js'
import { FindChild } from '../resolution/find-child.js'
import { FindLimitRepository } from '../resolution/find-limit.repository.js'
import { MatchPatient } from './match-patient.js'

/** The door of FHIR clients. */
export const fhir: readonly Provider[] = [
  {
    provide: MatchPatient,
    inject: [Database, FindChild, FindLimitRepository, EvenDoors, AccessRecorder, policySet, identityConfig],
    useFactory: (database: Database, ...[find, findLimit, even, recorder, policies, config]: Standing) => {
      const isProduction = config.WAYMARK_PROFILE === 'production'
      return new MatchPatient({ database, find, findLimit, even, recorder, policies, isProduction })
    },
  },
]

type Standing = [FindChild, FindLimitRepository, EvenDoors, AccessRecorder, PolicySet, IdentityConfig]
