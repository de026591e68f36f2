import { setImmediate as othersTurn } from 'node:timers/promises'
import { decideAccess, type PolicySet } from '#libs/policy'
import { addToOutbox, type Database } from '#libs/postgres'
import { standingOf, type AccessRecorder, type Caller } from '#libs/security'
import { Problem, requireActor, requirePurpose } from '#libs/service'
import type { LogRepository } from '../log/log.repository.js'
import type { AccessRecordRepository } from '../search/access-record.repository.js'
import { stateOf } from '../search/access-record.view.js'
import type { StoredRecord } from '../search/opened-record.js'

/** A stretch of the log, and which of its records. */
export interface ExportQuestion {
  /** The first entry looked at. */
  readonly entry: number
  /** Entries looked at: as many at most, those that are not wanted counted. */
  readonly limit: number
  /** Of this agency; absent, of all, or of the caller's own where it is no office of the hub. */
  readonly agencyId?: string
  /** ISO instants; from inclusive, to exclusive. */
  readonly from?: string
  readonly to?: string
}

/** A record with all that its commitment is made from, and nothing of its inner half. */
export interface ExportedRecord {
  readonly id: string
  readonly entry: number
  readonly at: string
  readonly kind: string
  readonly service: string
  /** Hex. */
  readonly salt1: string
  /** Hex; what the log holds at the entry. */
  readonly commitment: string
  /** The open half as JSON text, `innerHash` included; null where it can no longer be opened. */
  readonly outer: string | null
  readonly state: string
}

/** A page of an export. */
export interface ExportPage {
  readonly records: readonly ExportedRecord[]
  /** Where the next page begins; null at the end of what is published. */
  readonly next: number | null
  /** Entries published. */
  readonly size: number
}

/** What exporting stands on. */
export interface ExportParts {
  readonly database: Database
  readonly log: LogRepository
  readonly records: AccessRecordRepository
  readonly recorder: AccessRecorder
  readonly policies: PolicySet
}

/** Records opened without letting others' requests through. */
const openedAtOnce = 64

/**
 * Hands out published records, a stretch of the log at a time, so that anybody entitled can compare every row with the log,
 * or an agency its own log with ours, without this program. Only open halves: they name no child. Each page is recorded.
 */
export class ExportRecords {
  constructor(private readonly parts: ExportParts) {}

  /** @throws Problem 403 `NOT_PERMITTED`, which is recorded too */
  async page(caller: Caller, question: ExportQuestion): Promise<ExportPage> {
    requireActor(caller)
    requirePurpose(caller)
    const asked = ofWhom(caller, question)
    const owner = asked.agencyId === undefined ? {} : { owner: asked.agencyId }
    const standing = await standingOf(this.parts.database, caller)
    const decision = decideAccess(this.parts.policies, { action: 'readAccessLog', ...standing, ...owner })
    const isPermitted = decision.outcome === 'PERMIT'
    await this.record(caller, asked, {
      outcome: isPermitted ? 'answered' : 'refused',
      truth: { decision: decision.outcome, ruleId: decision.ruleId, reasons: decision.reasons },
    })
    if (!isPermitted) throw new Problem('NOT_PERMITTED')
    return this.read(asked)
  }

  private async read(asked: ExportQuestion): Promise<ExportPage> {
    const size = (await this.parts.log.newestPublished())?.size ?? 0
    const until = Math.min(asked.entry + asked.limit, size)
    const found = until > asked.entry ? await this.parts.records.among({ ...asked, until }) : []
    const records: ExportedRecord[] = []
    for (const [at, record] of found.entries()) {
      if (at > 0 && at % openedAtOnce === 0) await othersTurn()
      records.push(await this.exported(record))
    }
    return { records, next: until < size ? until : null, size }
  }

  private async exported(record: StoredRecord): Promise<ExportedRecord> {
    const outer = await this.parts.records.outerOf(record)
    const innerHash = record.innerHash.toString('hex')
    return {
      ...{ id: record.recordId, entry: record.seq, at: record.at, kind: record.kind, service: record.service },
      salt1: record.salt1.toString('hex'),
      commitment: record.commitment.toString('hex'),
      outer: 'half' in outer ? JSON.stringify({ ...outer.half, innerHash }) : null,
      state: stateOf(outer),
    }
  }

  private async record(
    caller: Caller,
    { entry, limit, agencyId = 'all', from = '', to = '' }: ExportQuestion,
    answer: { readonly outcome: string; readonly truth: Readonly<Record<string, string | readonly string[]>> },
  ): Promise<void> {
    const asked = `export ${agencyId} ${from} ${to} ${String(entry)} ${String(limit)}`
    const access = { kind: 'log-read', caller, action: 'exportAccessRecords', asked, ...answer } as const
    const { message } = await this.parts.recorder.record(access)
    await this.parts.database.transaction((tx) => addToOutbox(tx, 'audit', [message]))
  }
}

/** An agency that names none means itself; one that names another is refused by the rules. */
function ofWhom({ agencyId, agencyKind }: Caller, question: ExportQuestion): ExportQuestion {
  return agencyKind === 'hub' ? question : { agencyId, ...question }
}
