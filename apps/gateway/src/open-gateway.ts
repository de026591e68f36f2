import { createHmac } from 'node:crypto'
import { AccessRecorder, KeyRing, secretOf, type ProgramKeys } from '#libs/security'
import type { Logger, TokenCheck } from '#libs/service'
import type { Sql } from '#libs/postgres'
import { AdmissionRepository } from './caller/admission.repository.js'
import { Refuser } from './caller/refuse-caller.js'
import { SubgraphDataSource } from './federation/subgraph.client.js'
import { ForwardClient } from './forward/forward.client.js'
import type { Service } from './forward/owners.js'
import { RequestSigner } from './forward/request-signer.js'
import { gatewayDoor } from './gateway.door.js'
import { GatewayModule } from './gateway.module.js'
import { DistinctChildren } from './limits/distinct-children.js'
import { LongPolls } from './limits/long-polls.js'
import { RequestRate } from './limits/request-rate.js'
import { KnownOperations } from './operations/known-operations.js'
import { OperationReader } from './operations/read-operation.js'
import { RegistrationRepository } from './operations/registration.repository.js'
import { keepRegistrations } from './operations/registration.timer.js'

/** What a gateway is opened over. */
export interface GatewayParts {
  readonly keys: ProgramKeys
  readonly sql: Sql
  readonly tokens: TokenCheck
  readonly logger: Logger
  readonly publicUrl: string
  readonly origins: Readonly<Record<Service, string>>
  readonly supergraphSdl: string
  /** What each code of the catalogue means, by code. */
  readonly errorPages: ReadonlyMap<string, string>
  readonly isSandbox: boolean
  readonly requestsPerMinute: number
  readonly nowMs?: () => number
}

/** Puts the gateway together; it neither listens nor asks anybody yet. */
export function openGateway(parts: GatewayParts) {
  const { keys, sql, logger, nowMs = Date.now } = parts
  const known = new KnownOperations(nowMs)
  const signer = new RequestSigner(keys, nowMs)
  const forward = new ForwardClient(parts.origins, signer)
  const sources = sourcesOver(parts.origins, signer)
  const admissions = new AdmissionRepository(sql)
  const recorder = new AccessRecorder({ keys, keyRing: new KeyRing(keys, () => sql), service: 'gateway' })
  const door = gatewayDoor({
    check: { tokens: parts.tokens, publicUrl: parts.publicUrl, nowMs },
    admissions,
    refuser: new Refuser({ recorder, admissions, logger, nowMs }),
    rate: new RequestRate(parts.requestsPerMinute, nowMs),
    distinct: new DistinctChildren((asked) => createHmac('sha256', secretOf(keys, 'distinct')).update(asked).digest()),
    longPolls: new LongPolls(),
    errorPages: parts.errorPages,
    known,
    operations: new OperationReader(known, parts.isSandbox),
    forward,
  })
  const module = GatewayModule.over({
    supergraphSdl: parts.supergraphSdl,
    sourceOf: (name) => sourceNamed(sources, name),
    coverage: () => known.coverage,
    logger,
  })
  return {
    door,
    module,
    isReady: () => !known.isStale(),
    /** Reads the registered operations, and keeps reading; gives back what stops it. */
    begin: () => keepRegistrations(known, new RegistrationRepository(sql), logger),
    close: async () => {
      await Promise.all([forward.close(), ...[...sources.values()].map((source) => source.close())])
    },
  }
}

function sourcesOver(
  origins: Readonly<Record<Service, string>>,
  signer: RequestSigner,
): ReadonlyMap<string, SubgraphDataSource> {
  return new Map(Object.entries(origins).map(([name, origin]) => [name, new SubgraphDataSource(name, origin, signer)]))
}

function sourceNamed(sources: ReadonlyMap<string, SubgraphDataSource>, name: string): SubgraphDataSource {
  const source = sources.get(name)
  if (!source) throw new Error(`The supergraph names a subgraph without an address: ${name}`)
  return source
}
