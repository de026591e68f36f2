import type { PolicySet } from '#libs/policy'
import { newId, type Sql } from '#libs/postgres'
import type { KeyRing, ProgramKeys } from '#libs/security'
import { AgreementBook } from '../basis/agreement-book.js'
import type { Kept } from '../basis/kept.js'
import { openEvent } from '../ingest/open-event.js'
import { candidatesFor, type Candidate } from '../routing/candidates.js'
import type { Facts } from '../routing/child-facts.js'
import { decide, versionsOf, type Decision } from '../routing/decision.js'
import type { Agency, Directory } from '../routing/directory.js'
import { subjectOf, type FactsAt, type FactsRepository } from '../routing/facts.repository.js'
import { dueAtOf, guardianDeskOf } from '../routing/due.js'
import type { DeliveryRepository, TombstoneReason } from './delivery.repository.js'
import type { DisclosureRepository } from './disclosure.repository.js'
import type { Slot, SlotChange } from './feed.repository.js'
import { stillHolds, tombstoneReason } from './recheck.js'
import { openCopy, sealCopy } from './seal-copy.js'

/** A slot as it may be answered at this instant. */
export interface CheckedSlot {
  readonly slot: Slot
  readonly answer:
    | { readonly jwe: string; readonly ruleId: string; readonly fieldGroups: readonly string[] }
    | { readonly reason: TombstoneReason }
  readonly change: SlotChange
}

export interface CheckSlotsParts {
  readonly policies: PolicySet
  readonly directory: Kept<Directory>
  readonly facts: FactsRepository
  readonly disclosures: DisclosureRepository
  readonly deliveries: DeliveryRepository
  readonly keyRing: KeyRing
  readonly keys: ProgramKeys
}

interface Surroundings {
  readonly tx: Sql
  readonly recipient: Agency
  readonly directory: Directory
  readonly agreements: AgreementBook
}

/**
 * Checks, when a feed is answered, whether each copy may still leave. What its decision rested on is read, and held, in the
 * transaction of the answer; where anything changed, it is decided again: the same, less, or nothing.
 */
export class CheckSlots {
  constructor(private readonly parts: CheckSlotsParts) {}

  async check(tx: Sql, recipientId: string, slots: readonly Slot[]): Promise<readonly CheckedSlot[]> {
    const copies = slots.filter(({ content }) => 'copy' in content)
    if (copies.length === 0) return slots.map((slot) => this.tombstone(slot))
    const directory = await this.parts.directory.get()
    const recipient = directory.find(recipientId)
    if (!recipient) return slots.map((slot) => this.tombstone(slot, 'no-longer-entitled'))
    const named = copies.flatMap(({ senderAgreement }) => senderAgreement ?? [])
    const agreements = new AgreementBook(
      await this.parts.disclosures.holdAgreements(tx, recipientId, [...new Set(named)]),
    )
    const at = await this.parts.facts.load(tx, copies.map(subjectOfSlot))
    const facts = new Map(copies.map(({ sequence }, n) => [sequence, at.facts[n] as Facts]))
    const around = { tx, recipient, directory, agreements }
    const checked: CheckedSlot[] = []
    for (const slot of slots) {
      const known = facts.get(slot.sequence)
      checked.push(known ? await this.checkCopy(slot, known, at, around) : this.tombstone(slot))
    }
    return checked
  }

  private tombstone(slot: Slot, reason?: TombstoneReason): CheckedSlot {
    const { sequence, content, decision } = slot
    const change = { sequence, decisionId: decision.decisionId }
    if (reason !== undefined) return { slot, answer: { reason }, change: { ...change, reason } }
    return { slot, answer: { reason: 'reason' in content ? content.reason : 'no-longer-entitled' }, change }
  }

  private async checkCopy(slot: Slot, facts: Facts, at: FactsAt, around: Surroundings): Promise<CheckedSlot> {
    const { decision } = slot
    const { recipient, agreements } = around
    const senderAgreement = agreements.find(slot.senderAgreement ?? '')
    const inputs = versionsOf(this.parts.policies.hash, {
      agency: recipient,
      type: slot.type,
      agreements: agreements.of(recipient.id),
      ...(senderAgreement && { senderAgreement }),
      facts,
      nowMs: at.nowMs,
    })
    if (!stillHolds(decision, { inputs, nowMs: at.nowMs })) return this.decideAgain(slot, at, around)
    const jwe = await this.open(slot, recipient.id)
    if (jwe === undefined) return this.tombstone(slot, 'erased')
    const { ruleId, fieldGroups } = decision
    return {
      slot,
      answer: { jwe, ruleId, fieldGroups },
      change: { sequence: slot.sequence, decisionId: decision.decisionId },
    }
  }

  private async open({ content, eventId }: Slot, recipient: string): Promise<string | undefined> {
    if (!('copy' in content)) return undefined
    const key = await this.parts.keyRing.keyById(content.keyId)
    return key && openCopy(key, content.copy, { eventId, recipient })
  }

  private async decideAgain(slot: Slot, at: FactsAt, around: Surroundings): Promise<CheckedSlot> {
    const { tx, recipient, directory, agreements } = around
    const body = await this.parts.disclosures.body(tx, slot.about)
    const key = body && (await this.parts.keyRing.keyById(body.keyId))
    if (!body || !key) return this.tombstone(slot, 'erased')
    const event = { ...(await openEvent(this.parts.keyRing, body)), seq: 0 }
    const { facts: all, nowMs } = await this.parts.facts.load(tx, [subjectOf(event)])
    const facts = all[0] as Facts
    const candidates = candidatesFor({ event, facts, directory, nowMs })
    const candidate = candidates.find(({ agencyId }) => agencyId === recipient.id) ?? notThoughtOf(recipient.id)
    const senderAgreement = agreements.find(slot.senderAgreement ?? '')
    const decision = decide(this.parts.policies, {
      decisionId: newId(),
      ...{ event, candidate, agency: recipient, facts, nowMs },
      agreements: agreements.of(recipient.id),
      ...(senderAgreement && { senderAgreement }),
    })
    await this.parts.deliveries.writeDecisions(tx, [decision])
    if (decision.outcome !== 'PERMIT')
      return withDecision(this.tombstone(slot, tombstoneReason(decision, facts)), decision)
    const copy = sealCopy(this.parts.keys, {
      ...{ event, decision, recipient, facts, key },
      ackRequiredBy: dueAtOf(event, at.hubNowMs),
      guardianDesk: guardianDeskOf(directory),
    })
    const jwe = openCopy(key, copy, { eventId: slot.eventId, recipient: recipient.id })
    const { ruleId, fieldGroups, decisionId } = decision
    return {
      slot,
      answer: { jwe, ruleId, fieldGroups },
      change: { sequence: slot.sequence, decisionId, keyId: key.id, copy },
    }
  }
}

function subjectOfSlot({ about, childId, decision }: Slot) {
  return { eventId: about, source: decision.sender, ...(childId !== undefined && { childId }) }
}

function withDecision(checked: CheckedSlot, { decisionId }: Decision): CheckedSlot {
  return { ...checked, change: { ...checked.change, decisionId } }
}

/** Nothing names the recipient any more; the policy is asked all the same, and says why. */
function notThoughtOf(agencyId: string): Candidate {
  return { agencyId, isAddressed: false, isRequested: false, isExcluded: false }
}
