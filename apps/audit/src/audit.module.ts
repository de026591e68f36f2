import { readFileSync } from 'node:fs'
import { Module, type Provider } from '@nestjs/common'
import type { PolicySet } from '#libs/policy'
import { Database } from '#libs/postgres'
import { AccessRecorder, KeyRing, type ProgramKeys } from '#libs/security'
import { foundation, policySet, programKeys, subgraph } from '#libs/service'
import { parseWitnessPolicy, readSigner, type NoteSigner } from '#libs/tlog'
import { auditConfig, type AuditConfig } from './audit.config.js'
import { MergeDelay } from './checkpoint/merge-delay.js'
import { PublishCheckpoint } from './checkpoint/publish-checkpoint.js'
import { RecheckRows } from './checkpoint/recheck-rows.js'
import { WitnessClient } from './checkpoint/witness.client.js'
import { ExportController } from './export/export.controller.js'
import { ExportRecords } from './export/export-records.js'
import { AppendRecords } from './log/append-records.js'
import { LogRepository } from './log/log.repository.js'
import { AccessRecordController } from './proof/access-record.controller.js'
import { KeysController } from './proof/keys.controller.js'
import { LogController } from './proof/log.controller.js'
import { OwnRecords } from './proof/own-records.js'
import { ProveRecord } from './proof/prove-record.js'
import { FindGaps } from './reconciliation/find-gaps.js'
import { NumberSeriesRepository } from './reconciliation/number-series.repository.js'
import { AccessRecordRepository } from './search/access-record.repository.js'
import { AccessRecordResolver } from './search/access-record.resolver.js'
import { TraceChild } from './search/trace-child.js'

const appendRecords: Provider = {
  provide: AppendRecords,
  inject: [LogRepository, programKeys, auditConfig],
  useFactory: (log: LogRepository, keys: ProgramKeys | undefined, { LOG_ORIGIN }: AuditConfig) => {
    let signer: NoteSigner | undefined
    return new AppendRecords(log, () => (signer ??= logSigner(keys, LOG_ORIGIN)))
  },
}

const publishCheckpoint: Provider = {
  provide: PublishCheckpoint,
  inject: [LogRepository, auditConfig],
  useFactory: (log: LogRepository, { WITNESS_URLS, WITNESS_POLICY }: AuditConfig) =>
    new PublishCheckpoint(
      log,
      WITNESS_URLS.map((url) => new WitnessClient(url)),
      () => parseWitnessPolicy(readFileSync(WITNESS_POLICY, 'utf8')),
    ),
}

const accessRecords: Provider = {
  provide: AccessRecordRepository,
  inject: [Database, KeyRing, programKeys],
  useFactory: (database: Database, keyRing: KeyRing, keys: ProgramKeys) =>
    new AccessRecordRepository(database, keyRing, keys),
}

type TraceParts = [Database, AccessRecordRepository, AccessRecorder, PolicySet, ProgramKeys]

const traceChild: Provider = {
  provide: TraceChild,
  inject: [Database, AccessRecordRepository, AccessRecorder, policySet, programKeys],
  useFactory: (...[database, records, recorder, policies, keys]: TraceParts) =>
    new TraceChild(database, records, recorder, { policies, keys }),
}

type ExportedParts = [Database, LogRepository, AccessRecordRepository, AccessRecorder, PolicySet]

const exportRecords: Provider = {
  provide: ExportRecords,
  inject: [Database, LogRepository, AccessRecordRepository, AccessRecorder, policySet],
  useFactory: (...[database, log, records, recorder, policies]: ExportedParts) =>
    new ExportRecords({ database, log, records, recorder, policies }),
}

function logSigner(keys: ProgramKeys | undefined, origin: string): NoteSigner {
  if (keys?.logKey === undefined) throw new Error('The key file of audit holds no key for the log')
  const signer = readSigner(keys.logKey)
  if (signer.name !== origin) throw new Error('The key of the log has another name than LOG_ORIGIN')
  return signer
}

@Module({
  imports: [
    subgraph(),
    foundation({ program: 'audit', url: auditConfig().DATABASE_URL, keyFile: auditConfig().WAYMARK_KEY_FILE }),
  ],
  controllers: [LogController, ExportController, AccessRecordController, KeysController],
  providers: [
    { provide: auditConfig, useFactory: auditConfig },
    LogRepository,
    RecheckRows,
    { provide: MergeDelay, inject: [LogRepository], useFactory: (log: LogRepository) => new MergeDelay(log) },
    FindGaps,
    NumberSeriesRepository,
    accessRecords,
    AccessRecordResolver,
    OwnRecords,
    ProveRecord,
    appendRecords,
    publishCheckpoint,
    traceChild,
    exportRecords,
  ],
})
export class AuditModule {}
