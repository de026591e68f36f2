import { deliver, type Contact, type RoutedEvent } from '#libs/events'
import { compactJwe, open, pseudonymOf, sealDense, sealPacked, type DataKey, type ProgramKeys } from '#libs/security'
import type { Facts } from '../routing/child-facts.js'
import type { Decision } from '../routing/decision.js'
import { basisOf } from '../routing/delivery-question.js'
import type { Agency } from '../routing/directory.js'
import { senderFrom } from './sender-from.js'

/** What one recipient's copy is made from. */
export interface CopyParts {
  readonly event: RoutedEvent
  readonly decision: Decision
  readonly recipient: Agency
  /** Who posted it, as the directory has it. */
  readonly poster: Agency | undefined
  readonly facts: Pick<Facts, 'protection'>
  readonly ackRequiredBy: Date
  /** The event's own data key: destroying it erases every copy. */
  readonly key: DataKey
  /** Whom to phone instead of the sender, where the child's place is hidden. */
  readonly guardianDesk: Contact
}

function placeOf(eventId: string, recipient: string): string {
  return `${eventId} ${recipient}`
}

/** A copy as it leaves, and as it lies here until then. */
export interface SealedCopy {
  /** What {@link openCopy} finds in `stored`. */
  readonly jwe: string
  readonly stored: Buffer
}

/**
 * Makes the copy that one recipient may have, seals it to the recipient's key, and that once more under the child's key
 * for as long as it lies here.
 */
export function sealCopy(keys: ProgramKeys, parts: CopyParts): SealedCopy {
  const { event, decision, recipient, key } = parts
  if (!recipient.encryptionKey) throw new Error('a recipient without a key is refused before')
  const copy = Buffer.from(JSON.stringify(deliveredCopy(keys, parts)), 'utf8')
  const packed = sealPacked(recipient.encryptionKey, copy, decision.decidedAt.getTime())
  return { jwe: compactJwe(packed), stored: sealDense(key, packed, placeOf(event.eventId, recipient.id)) }
}

/** The compact JWE inside a stored copy. */
export function openCopy(
  key: DataKey,
  copy: Buffer,
  of: { readonly eventId: string; readonly recipient: string },
): string {
  return compactJwe(open(key, copy, placeOf(of.eventId, of.recipient)))
}

function deliveredCopy(
  keys: ProgramKeys,
  { event, decision, recipient, poster, facts, ackRequiredBy, guardianDesk }: CopyParts,
) {
  const { child } = event
  return deliver(event.event, {
    eventId: event.eventId,
    recipientKind: recipient.kind,
    groups: decision.fieldGroups,
    areaOnly: decision.areaOnly,
    identifiers: decision.identifiers,
    ackRequiredBy: ackRequiredBy.toISOString(),
    ...(poster && poster.kind !== 'hub' && { sender: senderFrom(poster) }),
    ...(child && { child, subject: pseudonymOf(keys, recipient.id, child.childId) }),
    decision: {
      ruleId: decision.ruleId,
      purpose: basisOf(event).purpose,
      basisId: event.eventId,
      policyVersion: decision.policyVersion,
      decidedBy: decision.decidedBy,
      decidedAt: decision.decidedAt.toISOString(),
      ...(decision.agreementVersion !== undefined && { agreementVersion: decision.agreementVersion }),
      ...(decision.validUntilMs !== undefined && { validUntil: new Date(decision.validUntilMs).toISOString() }),
      // What a person lets go leaves when its turn among the child's events is over.
      ...(decision.decidedBy === 'person' && { late: true }),
    },
    ...(facts.protection === 'location-hidden' && { insteadOfSender: guardianDesk }),
  })
}
