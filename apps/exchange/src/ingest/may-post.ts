import { shortType, type PostedEvent } from '#libs/events'
import { decideAccess, type AccessQuestion, type PolicySet } from '#libs/policy'
import type { Caller } from '#libs/security'
import type { Agreement } from '../basis/agreement.js'
import { LRUCache } from 'lru-cache'

/** Asks the policy whether a caller may post a type, and remembers: the answer rests on no child, and on no time but the
 * agreement's, which is looked at before. */
export class MayPost {
  private readonly answers = new LRUCache<string, boolean>({ max: 10_000 })

  constructor(private readonly policies: PolicySet) {}

  /** @param agreement - the caller's, known to be in force */
  ask(caller: Caller, event: PostedEvent, agreement: Agreement, nowMs: number): boolean {
    const { purpose } = event.data.sharingBasis
    const asked: Omit<AccessQuestion<'publish'>, 'nowMs'> = {
      action: 'publish',
      agency: {
        id: caller.agencyId,
        kind: caller.agencyKind,
        status: 'active',
        ...(caller.role !== undefined && { role: caller.role }),
      },
      actions: caller.actions,
      purpose,
      agreement: {
        id: agreement.id,
        version: agreement.version,
        inForce: true,
        purposes: Object.keys(agreement.body.purposes),
      },
      eventType: shortType(event.type),
    }
    const name = JSON.stringify(asked)
    const known = this.answers.get(name)
    if (known !== undefined) return known
    const answer = decideAccess(this.policies, { ...asked, nowMs }).outcome === 'PERMIT'
    this.answers.set(name, answer)
    return answer
  }
}
