import { createHash } from 'node:crypto'
import { decideAccess, type PolicySet } from '#libs/policy'
import { addToOutbox, newId, type Database } from '#libs/postgres'
import { standingOf, type AccessReceipt, type AccessRecorder, type Caller } from '#libs/security'
import { Problem } from '#libs/service'
import type { BulkLoadRepository, NewLoad } from './bulk-load.repository.js'
import type { BulkRunner } from './bulk-runner.js'
import { checkColumns, type BulkFormat } from './read-file.js'

/** What taking in a file stands on. */
export interface AcceptParts {
  readonly database: Database
  readonly loads: BulkLoadRepository
  readonly runner: Pick<BulkRunner, 'wake'>
  readonly recorder: AccessRecorder
  readonly policies: PolicySet
}

/** A file that is durable; its records follow. */
export interface AcceptedLoad {
  readonly id: string
  readonly isNew: boolean
  readonly accessReceipt: AccessReceipt
}

/** A file as it was posted. */
export interface PostedFile {
  readonly bytes: Buffer
  readonly format: BulkFormat
  readonly idempotencyKey: string | undefined
}

/** Takes in a file of records: its columns are checked at once, its rows when their turn comes. */
export class AcceptBulkLoad {
  constructor(private readonly parts: AcceptParts) {}

  async accept(caller: Caller, purpose: string, file: PostedFile): Promise<AcceptedLoad> {
    const ruleId = await this.permit(caller, purpose)
    const digest = createHash('sha256').update(file.bytes).digest()
    const load = { ...file, digest, poster: { caller, purpose, ruleId } }
    const accepted = (await this.take(load)) ?? (await this.take(load))
    if (!accepted) throw new Problem('STORAGE_UNAVAILABLE', undefined, { retryAfterSeconds: 1 })
    this.parts.runner.wake()
    return accepted
  }

  /** @returns nothing where the same key was used while this was on its way: what came of that counts */
  private async take(load: Omit<NewLoad, 'loadId'>): Promise<AcceptedLoad | undefined> {
    const { bytes, format, digest, idempotencyKey, poster } = load
    const { caller, purpose, ruleId } = poster
    const earlier = await this.earlier(caller, idempotencyKey, digest)
    if (earlier === undefined) checkColumns(bytes, format)
    const loadId = earlier ?? newId()
    const key = await this.parts.loads.keyOf(loadId)
    const { message, receipt } = await this.parts.recorder.record({
      ...{ kind: 'receive', caller, action: 'resolve', outcome: 'accepted', purpose },
      truth: { decision: 'PERMIT', ruleId, bulkLoad: loadId },
    })
    return this.parts.database.transaction(async (tx) => {
      if (earlier === undefined && !(await this.parts.loads.add(tx, { ...load, loadId }, key))) return undefined
      await addToOutbox(tx, 'identity', [message])
      return { id: loadId, isNew: earlier === undefined, accessReceipt: receipt }
    })
  }

  private async earlier(caller: Caller, idempotencyKey: string | undefined, digest: Buffer) {
    if (idempotencyKey === undefined) return undefined
    const known = await this.parts.loads.keyed(caller.agencyId, idempotencyKey)
    if (known && !known.body_digest.equals(digest)) throw new Problem('IDEMPOTENCY_KEY_REUSED')
    return known?.id
  }

  private async permit(caller: Caller, purpose: string): Promise<string> {
    const standing = await standingOf(this.parts.database, caller, purpose)
    const decision = decideAccess(this.parts.policies, { action: 'resolve', ...standing })
    if (decision.outcome === 'PERMIT') return decision.ruleId
    const { message } = await this.parts.recorder.record({
      ...{ kind: 'refuse', caller, action: 'resolve', outcome: 'refused', purpose },
      truth: { decision: decision.outcome, ruleId: decision.ruleId, reasons: decision.reasons },
    })
    await this.parts.database.transaction((tx) => addToOutbox(tx, 'identity', [message]))
    throw new Problem('NOT_PERMITTED')
  }
}
