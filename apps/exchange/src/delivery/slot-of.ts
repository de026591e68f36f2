import type { ProgramKeys } from '#libs/security'
import { lineOf } from './line.js'
import type { NewSlot } from './new-slot.js'
import { sealCopy, type CopyParts } from './seal-copy.js'

/** The slot that a decision which permits leads to: a sealed copy in its recipient's line, and the copy as it leaves. */
export function slotOf(keys: ProgramKeys, parts: CopyParts): { readonly slot: NewSlot; readonly jwe: string } {
  const { jwe, stored } = sealCopy(keys, parts)
  const { decision, recipient, key } = parts
  const { eventId, decisionId, childId, role } = decision
  return {
    jwe,
    slot: {
      recipient: lineOf({ agencyId: recipient.id, ...(role !== undefined && { role }) }),
      ...{ eventId, about: eventId, decisionId, ackDueAt: parts.ackRequiredBy },
      content: { keyId: key.id, copy: stored },
      ...(childId !== undefined && { childId }),
    },
  }
}
