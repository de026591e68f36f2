import { decideAccess, type PolicySet } from '#libs/policy'
import { addToOutbox, type Database } from '#libs/postgres'
import { standingOf, type AccessRecorder, type AccessReceipt, type Caller } from '#libs/security'
import { Problem } from '#libs/service'
import type { Agreement } from './agreement.js'
import type { AgreementRepository } from './agreement.repository.js'

/** Shows an agreement to the agency it is with, and to the hub's auditor and data protection officer. */
export class ReadAgreement {
  constructor(
    private readonly parts: {
      database: Database
      agreements: AgreementRepository
      policies: PolicySet
      recorder: AccessRecorder
      onCommitted: () => void
    },
  ) {}

  /** @throws Problem `NOT_FOUND` alike for one that is not there and one that the caller may not see */
  async read(caller: Caller, id: string): Promise<{ agreement: Agreement; receipt: AccessReceipt }> {
    const [standing, agreement] = await Promise.all([
      standingOf(this.parts.database, caller),
      this.parts.agreements.find(id),
    ])
    const owner = agreement?.agencyId ?? ''
    const decision = decideAccess(this.parts.policies, { ...standing, action: 'readAgreement', owner })
    const shown = decision.outcome === 'PERMIT' ? agreement : undefined
    const { message, receipt } = await this.parts.recorder.record({
      kind: 'read',
      caller,
      action: 'readAgreement',
      outcome: shown ? 'answered' : 'NOT_FOUND',
      asked: `agreement:${id}`,
      truth: { decision: decision.outcome, ruleId: decision.ruleId, reasons: decision.reasons, agreement: id },
    })
    await addToOutbox(this.parts.database, 'exchange', [message])
    this.parts.onCommitted()
    if (!shown) throw new Problem('NOT_FOUND')
    return { agreement: shown, receipt }
  }
}
