import { Inject, Injectable } from '@nestjs/common'
import { decideAccess, type PolicySet } from '#libs/policy'
import { Database } from '#libs/postgres'
import { standingOf, type Caller } from '#libs/security'
import { policySet } from '#libs/service'
import { AccessRecordRepository } from '../search/access-record.repository.js'
import type { Opened, StoredRecord } from '../search/opened-record.js'

/** Finds records for who may open them: whoever acted, and the offices that read the log. The policy says who that is. */
@Injectable()
export class OwnRecords {
  constructor(
    private readonly database: Database,
    private readonly records: AccessRecordRepository,
    @Inject(policySet) private readonly policies: PolicySet,
  ) {}

  /** @returns undefined for what does not exist and for what the caller may not open, after the same questions */
  async find(recordId: string, caller: Caller): Promise<StoredRecord | undefined> {
    const [record, standing] = await Promise.all([this.records.find(recordId), standingOf(this.database, caller)])
    const owner = record?.agencyId
    // The outer half says nothing of the child: whoever acted knows what it did, and nobody learns more of a hidden one.
    const question = { action: 'readAccessLog', ...standing, ...(owner !== undefined && { owner }) } as const
    return decideAccess(this.policies, question).outcome === 'PERMIT' ? record : undefined
  }

  outerOf(record: StoredRecord): Promise<Opened> {
    return this.records.outerOf(record)
  }
}
