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
    const { agencyId, agencyKind, role, actions } = caller
    const { purpose } = event.data.sharingBasis
    // What an agreement says is fixed by its version.
    const asked = [agencyId, agencyKind, role, actions, purpose, agreement.id, agreement.version, event.type]
    const name = JSON.stringify(asked)
    const known = this.answers.get(name)
    if (known !== undefined) return known
    const answer = decideAccess(this.policies, questionOf(caller, event, agreement, nowMs)).outcome === 'PERMIT'
    this.answers.set(name, answer)
    return answer
  }
}

function questionOf(
  { agencyId, agencyKind, role, actions }: Caller,
  event: PostedEvent,
  agreement: Agreement,
  nowMs: number,
): AccessQuestion<'publish'> {
  return {
    action: 'publish',
    agency: { id: agencyId, kind: agencyKind, status: 'active', ...(role !== undefined && { role }) },
    actions,
    purpose: event.data.sharingBasis.purpose,
    agreement: {
      id: agreement.id,
      version: agreement.version,
      inForce: true,
      purposes: Object.keys(agreement.body.purposes),
    },
    eventType: shortType(event.type),
    nowMs,
  }
}
