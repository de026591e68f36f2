import type { PolicySet } from '#libs/policy'
import { decideAccess } from '#libs/policy'
import { addToOutbox, type Database } from '#libs/postgres'
import { standingOf, type AccessRecorder, type AccessReceipt, type Caller } from '#libs/security'
import { Problem } from '#libs/service'
import type { Agreement } from './agreement.js'
import type { AgreementRepository } from './agreement.repository.js'

export interface EndAgreementParts {
  readonly database: Database
  readonly agreements: AgreementRepository
  readonly policies: PolicySet
  readonly recorder: AccessRecorder
  /** Called when agreements have changed. */
  readonly onEnded: () => void
  readonly onCommitted: () => void
}

/**
 * Ends a data-sharing agreement: from this commit on nothing rests on it. What waits under it becomes tombstones in a second
 * step; a feed that is answered in between finds the agreement ended and makes the tombstone itself.
 */
export class EndAgreement {
  constructor(private readonly parts: EndAgreementParts) {}

  async end(caller: Caller, id: string, reason: string): Promise<{ agreement: Agreement; receipt: AccessReceipt }> {
    const standing = await standingOf(this.parts.database, caller)
    const decision = decideAccess(this.parts.policies, { ...standing, action: 'endAgreement' })
    const isPermitted = decision.outcome === 'PERMIT'
    const known = isPermitted ? await this.parts.agreements.find(id) : undefined
    const outcome = isPermitted ? (known ? 'ended' : 'NOT_FOUND') : 'NOT_PERMITTED'
    const record = await this.parts.recorder.record({
      kind: isPermitted ? 'decide' : 'refuse',
      caller,
      action: 'endAgreement',
      outcome,
      truth: { decision: decision.outcome, ruleId: decision.ruleId, reasons: decision.reasons, agreement: id },
    })
    await this.parts.database.transaction(async (tx) => {
      if (known) await this.parts.agreements.end(tx, { id, by: personOf(caller), because: reason })
      await addToOutbox(tx, 'exchange', [record.message])
    })
    this.parts.onCommitted()
    if (!isPermitted) throw new Problem('NOT_PERMITTED')
    if (!known) throw new Problem('NOT_FOUND')
    this.parts.onEnded()
    await this.parts.agreements.takeBack(id)
    return { agreement: (await this.parts.agreements.find(id)) ?? known, receipt: record.receipt }
  }
}

function personOf({ clientId, actor }: Caller): string {
  return actor ? `${clientId};${actor.role};${actor.reference}` : clientId
}
