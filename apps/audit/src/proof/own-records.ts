import { Inject, Injectable } from '@nestjs/common'
import { decideAccess, type PolicySet } from '#libs/policy'
import { Database } from '#libs/postgres'
import { standingOf, type Caller } from '#libs/security'
import { policySet } from '#libs/service'
import { AccessRecordRepository } from '../search/access-record.repository.js'
import type { Opened, StoredRecord } from '../search/opened-record.js'

/** A record that may be opened; or why none is, which only the log is told. */
export type FoundRecord = { readonly record: StoredRecord } | { readonly refusedFor: RecordTruth }

/** What was truly asked of: whose record, if there is one, and what the policy says. */
interface RecordTruth {
  readonly recordOf?: string
  readonly decision: string
  readonly ruleId: string
  readonly reasons: readonly string[]
}

/** Finds records for who may open them: whoever acted, and the offices that read the log. The policy says who that is. */
@Injectable()
export class OwnRecords {
  constructor(
    private readonly database: Database,
    private readonly records: AccessRecordRepository,
    @Inject(policySet) private readonly policies: PolicySet,
  ) {}

  /** What does not exist and what the caller may not open are refused alike, after the same questions. */
  async find(recordId: string, caller: Caller): Promise<FoundRecord> {
    const [record, standing] = await Promise.all([this.records.find(recordId), standingOf(this.database, caller)])
    const owner = record?.agencyId
    // The outer half says nothing of the child: whoever acted knows what it did, and nobody learns more of a hidden one.
    const question = { action: 'readAccessLog', ...standing, ...(owner !== undefined && { owner }) } as const
    const { outcome: decision, ruleId, reasons } = decideAccess(this.policies, question)
    if (record && decision === 'PERMIT') return { record }
    return { refusedFor: { decision, ruleId, reasons, ...(owner !== undefined && { recordOf: owner }) } }
  }

  outerOf(record: StoredRecord): Promise<Opened> {
    return this.records.outerOf(record)
  }
}
