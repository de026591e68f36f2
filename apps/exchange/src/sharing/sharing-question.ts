import type { Decision } from '../routing/decision.js'

/** What a rule leaves to a person: whether one recipient may have one event. */
export interface SharingQuestion {
  readonly id: string
  readonly event: { readonly id: string; readonly type: string; readonly acceptedAt: Date }
  /** Who posted the event. */
  readonly sender: string
  /** Whose decision it is there, as the basis says; any person's where it names nobody. */
  readonly role: string | undefined
  readonly recipient: string
  /** The sender asked for this recipient. Of others it is not told who they are, unless it may know who is involved. */
  readonly isNamedBySender: boolean
  /** The child was concealed from the sender when the event was routed: it was told as of one that nobody has heard of. */
  readonly isAsOfUnknown: boolean
  /** The rule that leaves it to a person, and why. */
  readonly ruleId: string
  readonly reasons: readonly string[]
  readonly childId: string | undefined
  readonly openedAt: Date
  readonly dueAt: Date
  readonly isOverdue: boolean
  /** The event as it is sealed. */
  readonly keyId: string
  readonly sealed: Buffer
}

/** What a person says. */
export interface Said {
  readonly id: string
  readonly outcome: 'PERMIT' | 'DENY'
  readonly reason: string
}

/**
 * What becomes of a question. What a person lets go has been decided by the policy once more, with only the rules set aside
 * that leave it to a person; where another stands in the way, that is the decision, and no person's.
 */
export function answerTo(
  question: Pick<SharingQuestion, 'ruleId' | 'reasons'>,
  said: Said['outcome'],
  decided: Decision,
): Decision {
  if (said === 'PERMIT') return decided
  const refused = {
    ...{ outcome: 'DENY' as const, fieldGroups: [], identifiers: [], areaOnly: false },
    ruleId: question.ruleId,
    reasons: [...question.reasons, 'refused-by-person'],
    decidedBy: 'person' as const,
  }
  const { asOfUnknown } = decided
  return { ...decided, ...refused, ...(asOfUnknown && { asOfUnknown: { ...asOfUnknown, ...refused } }) }
}
