import { formatUci } from '#libs/identifiers'
import type { RecordDetails } from '#libs/matching'
import { decideAccess, type PolicySet } from '#libs/policy'
import { addToOutbox, type Database } from '#libs/postgres'
import { standingOf, type AccessReceipt, type AccessRecorder, type Caller } from '#libs/security'
import { Problem } from '#libs/service'
import type { FindChild } from '../resolution/find-child.js'
import type { FindLimitRepository } from '../resolution/find-limit.repository.js'
import type { KeyedHashes } from '../resolution/keyed-hashes.js'
import { prepareSubmission } from '../resolution/prepare-submission.js'
import { readSubmission } from '../resolution/read-submission.js'
import { compareRecord, type Compared, type Standing } from './compare-record.js'
import type { OwnRecordsRepository } from './own-records.repository.js'
import type { OwnList } from './read-list.js'

type OwnRecord = OwnList['records'][number]

/** What comparing stands on. */
export interface ReconcileParts {
  readonly database: Database
  readonly find: FindChild
  readonly findLimit: FindLimitRepository
  readonly own: OwnRecordsRepository
  readonly hashes: KeyedHashes
  readonly recorder: AccessRecorder
  readonly policies: PolicySet
  readonly isProduction: boolean
}

/** One line of the report. */
interface ReportLine {
  readonly sourceRecordId: string
  readonly outcome: Standing
  readonly fields?: readonly string[]
  readonly addresses?: string
  readonly uci?: string
}

/** An agency's list beside what is known, and how whole its records are. */
export interface ReconciliationReport {
  readonly records: readonly ReportLine[]
  readonly counts: Readonly<Partial<Record<Standing, number>>>
  /** Children of the agency's earlier records that the list leaves out; only where it is said to be complete. */
  readonly missingThere?: { readonly count: number; readonly ucis: readonly string[] }
  /** Share of records that say each field, in thousandths. */
  readonly quality: Readonly<Record<string, number>>
  readonly accessReceipt: AccessReceipt
}

const atOnce = 4
const qualityFields = ['names', 'bornOn', 'sex', 'addresses', 'identifiers', 'parents'] as const

/** Compares an agency's own records with what is known of them. Nothing is registered, and what others sent is not shown. */
export class Reconcile {
  constructor(private readonly parts: ReconcileParts) {}

  async reconcile(caller: Caller, purpose: string, list: OwnList): Promise<ReconciliationReport> {
    const ruleId = await this.permit(caller, purpose)
    await this.parts.findLimit.require(caller.clientId)
    const compared: (Compared & { readonly record: OwnRecord; readonly key: string })[] = []
    for (let from = 0; from < list.records.length; from += atOnce) {
      const some = list.records.slice(from, from + atOnce)
      compared.push(...(await Promise.all(some.map((record) => this.compare(caller, record)))))
    }
    const left = list.isComplete
      ? await this.parts.own.unlisted(
          caller.agencyId,
          compared.map(({ key }) => key),
        )
      : undefined
    const children = [
      ...compared.flatMap(({ child }) => child?.childId ?? []),
      ...(left?.some ?? []).map(({ childId }) => childId),
    ]
    const misses = compared.filter(({ outcome }) => outcome === 'missing-here').length
    const accessReceipt = await this.record({ caller, purpose, ruleId }, children, misses)
    return {
      records: compared.map(lineOf),
      counts: countsOf(compared),
      ...(left && { missingThere: { count: left.count, ucis: left.some.map(({ uci }) => formatUci(uci)) } }),
      quality: qualityOf(list.records),
      accessReceipt,
    }
  }

  private async compare(caller: Caller, record: OwnRecord) {
    const read = this.read(caller, record)
    if (!read) return { record, key: '', outcome: 'identifier-invalid' as const }
    const key = prepareSubmission(read, this.parts.hashes).recordKey
    const comparison = await this.parts.find.compare(read)
    const before = comparison.known.recordOf(key)?.details as RecordDetails | undefined
    return { record, key, ...compareRecord(read, comparison, before) }
  }

  /** Nothing where an identifier cannot be one; any other fault was told already. */
  private read(caller: Caller, record: OwnRecord) {
    try {
      return readSubmission(caller, record, this.parts).submission
    } catch (error) {
      if (error instanceof Problem && error.code === 'IDENTIFIER_INVALID') return undefined
      throw error
    }
  }

  private async record(
    by: { readonly caller: Caller; readonly purpose: string; readonly ruleId: string },
    childIds: readonly string[],
    misses: number,
  ): Promise<AccessReceipt> {
    const { caller, purpose, ruleId } = by
    const told = childIds.length > 0 ? [...new Set(childIds)] : [undefined]
    const records = await Promise.all(
      told.map((child) =>
        this.parts.recorder.record({
          ...{ kind: 'query', caller, action: 'reconcile', outcome: 'answered', purpose },
          ...(child !== undefined && { child }),
          truth: { decision: 'PERMIT', ruleId },
        }),
      ),
    )
    await this.parts.database.transaction(async (tx) => {
      await addToOutbox(
        tx,
        'identity',
        records.map(({ message }) => message),
      )
      if (misses > 0) await this.parts.findLimit.count(tx, caller.clientId, misses)
    })
    const [first] = records
    if (!first) throw new Error('Asking leaves a record')
    return first.receipt
  }

  private async permit(caller: Caller, purpose: string): Promise<string> {
    const standing = await standingOf(this.parts.database, caller, purpose)
    const decision = decideAccess(this.parts.policies, { action: 'resolve', ...standing })
    if (decision.outcome === 'PERMIT') return decision.ruleId
    const { message } = await this.parts.recorder.record({
      ...{ kind: 'refuse', caller, action: 'reconcile', outcome: 'refused', purpose },
      truth: { decision: decision.outcome, ruleId: decision.ruleId, reasons: decision.reasons },
    })
    await this.parts.database.transaction((tx) => addToOutbox(tx, 'identity', [message]))
    throw new Problem('NOT_PERMITTED')
  }
}

function lineOf({ record, outcome, fields, addresses, child }: Compared & { readonly record: OwnRecord }): ReportLine {
  return {
    ...{ sourceRecordId: record.sourceRecordId, outcome },
    ...(fields && { fields }),
    ...(addresses && { addresses }),
    ...(child?.uci !== undefined && { uci: formatUci(child.uci) }),
  }
}

function countsOf(compared: readonly Compared[]): ReconciliationReport['counts'] {
  const counts: Partial<Record<Standing, number>> = {}
  for (const { outcome } of compared) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

function qualityOf(records: readonly OwnRecord[]): Readonly<Record<string, number>> {
  const share = (field: (typeof qualityFields)[number]): number =>
    Math.round((1000 * records.filter((record) => record[field] !== undefined).length) / Math.max(1, records.length))
  return Object.fromEntries(qualityFields.map((field) => [field, share(field)]))
}
