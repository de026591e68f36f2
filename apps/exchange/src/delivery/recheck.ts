import type { Facts } from '../routing/child-facts.js'
import type { Decision } from '../routing/decision.js'
import type { TombstoneReason } from './new-slot.js'

/**
 * Whether a decision made earlier still holds: nothing it rests on has another version, and its time is not over. Then
 * deciding again would give the same answer, and the policy is not asked.
 */
export function stillHolds(
  decision: { readonly inputs: string; readonly validUntilMs: number | undefined },
  now: { readonly inputs: string; readonly nowMs: number },
): boolean {
  return decision.inputs === now.inputs && (decision.validUntilMs === undefined || now.nowMs < decision.validUntilMs)
}

/**
 * Why a copy that is refused now has no place in its slot any more, as its recipient is told. A child newly under
 * protection reads like any end of entitlement: the reason must not announce it.
 */
export function tombstoneReason(
  decision: Pick<Decision, 'ruleId' | 'reasons'>,
  facts: Pick<Facts, 'withdrawnBecause'>,
): TombstoneReason {
  if (facts.withdrawnBecause) return facts.withdrawnBecause
  if (decision.reasons.includes('objection-upheld')) return 'objection-upheld'
  return decision.reasons.includes('basis-ended') ? 'expired' : 'no-longer-entitled'
}
