import type { PolicySet } from '#libs/policy'
import type { WrittenDecision } from './decision.repository.js'

/** Rules of the router itself, about agencies alone. */
const ownRules = new Set(['X01-no-such-agency', 'X02-sender-agreement-ended', 'X03-no-recipient-key'])
const untold = { ruleId: 'default-deny', reasons: ['not-entitled'] }
const permitted = { ruleId: 'permitted', reasons: [] }

/**
 * An event's decisions as its poster is told of them: those about recipients it named itself, and the rule and its reasons only
 * where they rest on what the poster said, or on agreements. Which rule permits tells who is involved with the child, and
 * which groups are open whether its places are hidden.
 *
 * A later refusal for any other reason is left out, and so is a later decision that says no more than the one before: they would
 * tell that something has become of the child.
 *
 * @see security-and-audit.md §4: a clause goes to the caller only where its rule says so
 */
export function toldToPoster(policies: PolicySet, decisions: readonly WrittenDecision[]): readonly WrittenDecision[] {
  const lastOf = new Map<string, string>()
  return decisions.flatMap((decision) => {
    if (!decision.isNamedBySender) return []
    const told = toldOf(policies, decision)
    const [last, said] = [lastOf.get(decision.recipient), JSON.stringify({ ...told, id: '', decidedAt: '' })]
    lastOf.set(decision.recipient, said)
    return last !== undefined && (told.ruleId === untold.ruleId || said === last) ? [] : [told]
  })
}

function toldOf(policies: PolicySet, { asOfUnknown, ...decision }: WrittenDecision): WrittenDecision {
  const shown: WrittenDecision = { ...decision, ...asOfUnknown, validUntil: null }
  if (shown.outcome === 'PERMIT') return { ...shown, fieldGroups: ['core'], ...permitted }
  const isExplained = ownRules.has(shown.ruleId) || policies.annotation(shown.ruleId, 'explain') === 'caller'
  return { ...shown, fieldGroups: [], ...(isExplained ? {} : untold) }
}
