import { Module, type DynamicModule } from '@nestjs/common'
import type { PolicySet } from '#libs/policy'
import { Database, postgres } from '#libs/postgres'
import { AccessRecorder, KeyRing, readProgramKeys, type ProgramKeys } from '#libs/security'
import { KeyedRequests } from './idempotency/keyed-requests.js'

/** Injection token of the program's {@link ProgramKeys}. */
export const programKeys = Symbol('program keys')
/** Injection token of the {@link PolicySet} in force. */
export const policySet = Symbol('policy set')

@Module({})
class FoundationModule {}

/** Loaded here and not above: `auth` and the gateway decide nothing, and Cedar is the largest thing a program can load. */
async function readPolicies(): Promise<PolicySet> {
  const { loadPolicies, policiesIn } = await import('#libs/policy')
  return loadPolicies(policiesIn('schemas/policy'))
}

/** What a program with tables stands on. */
export interface FoundationOptions {
  readonly program: string
  /** The database, as the program's own role. */
  readonly url: string
  readonly keyFile: string
  readonly poolSize?: number
}

/**
 * The global module of every program with tables: `Database`, `programKeys`, `policySet`, `KeyRing`, `AccessRecorder`, `KeyedRequests`.
 * Building it reads the policies and neither connects nor opens the key file, so that contracts can be printed without one.
 */
export function foundation({ program, url, keyFile, poolSize = 10 }: FoundationOptions): DynamicModule {
  return {
    module: FoundationModule,
    global: true,
    imports: [postgres({ url, poolSize, applicationName: `waymark-${program}` })],
    providers: [
      { provide: programKeys, useFactory: () => (keyFile === '' ? undefined : readProgramKeys(keyFile)) },
      { provide: policySet, useFactory: readPolicies },
      {
        provide: KeyRing,
        inject: [programKeys, Database],
        useFactory: (keys: ProgramKeys, database: Database) => new KeyRing(keys, () => database),
      },
      {
        provide: AccessRecorder,
        inject: [programKeys, KeyRing, policySet],
        useFactory: (keys: ProgramKeys, keyRing: KeyRing, { hash }: PolicySet) =>
          new AccessRecorder({ keys, keyRing, service: program, policyHash: hash }),
      },
      {
        provide: KeyedRequests,
        inject: [Database, KeyRing, programKeys],
        useFactory: (database: Database, keyRing: KeyRing, keys: ProgramKeys) =>
          new KeyedRequests({ database, keyRing, keys, schema: program }),
      },
    ],
    exports: [programKeys, policySet, KeyRing, AccessRecorder, KeyedRequests],
  }
}
