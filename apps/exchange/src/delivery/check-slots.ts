import type { RoutedEvent } from '#libs/events'
import type { PolicySet } from '#libs/policy'
import { newId, type Sql } from '#libs/postgres'
import type { KeyRing, ProgramKeys } from '#libs/security'
import type { Agreement } from '../basis/agreement.js'
import { AgreementBook } from '../basis/agreement-book.js'
import type { Kept } from '../basis/kept.js'
import type { JoinedChildren } from '../identity/joined-children.js'
import { openEvent } from '../ingest/open-event.js'
import { candidatesFor, notThoughtOf, type Candidate, type Search } from '../routing/candidates.js'
import { isConcealedFrom, type Facts } from '../routing/child-facts.js'
import { decide, versionsOf, type Decision } from '../routing/decision.js'
import type { Agency, Directory } from '../routing/directory.js'
import { subjectOf, type FactsRepository } from '../routing/facts.repository.js'
import { factsName, type KnownFacts } from '../routing/just-routed.js'
import { dueAtOf, guardianDeskOf } from '../routing/due.js'
import { reviewsOf } from '../routing/review-of.js'
import { toldLater, type Told } from '../routing/told.js'
import type { ArrivedEvent } from '../routing/route-events.js'
import type { DeliveryRepository } from './delivery.repository.js'
import type { TombstoneReason } from './new-slot.js'
import type { DisclosureRepository } from './disclosure.repository.js'
import type { Slot, SlotChange, SlotPage } from './feed.repository.js'
import { stillHolds, tombstoneReason } from './recheck.js'
import { openCopy, sealCopy } from './seal-copy.js'
import { ownerOf } from './line.js'

/** A slot as it may be answered at this instant. */
export interface CheckedSlot {
  readonly slot: Slot
  readonly answer:
    | { readonly jwe: string; readonly ruleId: string; readonly fieldGroups: readonly string[] }
    | { readonly reason: TombstoneReason }
  readonly change: SlotChange
  /** It was decided again, and may not leave any more. */
  readonly refused?: { readonly event: RoutedEvent; readonly decision: Decision }
}

export interface CheckSlotsParts {
  readonly policies: PolicySet
  readonly directory: Kept<Directory>
  readonly facts: FactsRepository
  readonly disclosures: DisclosureRepository
  readonly deliveries: DeliveryRepository
  readonly keyRing: KeyRing
  readonly keys: ProgramKeys
  readonly joined: Pick<JoinedChildren, 'asTheyAre'>
}

interface Surroundings {
  readonly tx: Sql
  readonly recipient: Agency
  /** At the hub, the office whose line it is. */
  readonly role?: string | undefined
  readonly directory: Directory
  readonly agreements: AgreementBook
  readonly known: KnownFacts
}

/**
 * Checks, when feeds are answered, whether each copy may still leave. What its decision rested on is read, and held, in the
 * transaction of the answer; where anything changed, it is decided again: the same, less, or nothing.
 */
export class CheckSlots {
  constructor(private readonly parts: CheckSlotsParts) {}

  /**
   * @param found - what this transaction found out before; it is asked again where the locked events say otherwise
   * @returns the slots of each page, in order
   */
  async check(tx: Sql, pages: readonly SlotPage[], found?: KnownFacts): Promise<readonly (readonly CheckedSlot[])[]> {
    const copies = pages.flatMap(({ slots }) => slots.filter(({ content }) => 'keyId' in content))
    if (copies.length === 0) return pages.map(({ slots }) => slots.map((slot) => this.tombstone(slot)))
    const directory = await this.parts.directory.get()
    const named = copies.flatMap(({ senderAgreement }) => senderAgreement ?? [])
    const readers = pages.map(({ recipient }) => ownerOf(recipient).agencyId)
    const [held, known] = await Promise.all([
      this.parts.disclosures.holdAgreements(tx, readers, [...new Set(named)]),
      found && copies.every((slot) => isAsFound(slot, found)) ? found : this.factsOf(tx, copies),
    ])
    const around = { tx, directory, agreements: new AgreementBook(held), known }
    const checked: (readonly CheckedSlot[])[] = []
    for (const page of pages) checked.push(await this.checkPage(page, around))
    return checked
  }

  /** The facts of every copy's event; of those that several recipients have, once. */
  private async factsOf(tx: Sql, copies: readonly Slot[]): Promise<KnownFacts> {
    const subjects = new Map(copies.map((slot) => [nameOf(slot), subjectOfSlot(slot)]))
    const at = await this.parts.facts.load(tx, [...subjects.values()])
    return { at, of: new Map([...subjects.keys()].map((name, n) => [name, at.facts[n] as Facts])) }
  }

  private async checkPage(
    page: SlotPage,
    around: Omit<Surroundings, 'recipient' | 'role'>,
  ): Promise<readonly CheckedSlot[]> {
    const { agencyId, role } = ownerOf(page.recipient)
    const recipient = around.directory.find(agencyId)
    const checked: CheckedSlot[] = []
    for (const slot of page.slots) {
      if (!('keyId' in slot.content)) checked.push(this.tombstone(slot))
      else if (!recipient) checked.push(this.tombstone(slot, 'no-longer-entitled'))
      else checked.push(await this.checkCopy(slot, { ...around, recipient, role }))
    }
    return checked
  }

  private tombstone(slot: Slot, reason?: TombstoneReason): CheckedSlot {
    const { sequence, content, decision } = slot
    const change = { sequence, decisionId: decision.decisionId }
    if (reason !== undefined) return { slot, answer: { reason }, change: { ...change, reason } }
    return { slot, answer: { reason: 'reason' in content ? content.reason : 'no-longer-entitled' }, change }
  }

  private async checkCopy(slot: Slot, around: Surroundings): Promise<CheckedSlot> {
    const { decision } = slot
    const { recipient, agreements, known } = around
    const { at } = known
    const facts = known.of.get(nameOf(slot)) as Facts
    const senderAgreement = agreements.find(slot.senderAgreement ?? '')
    const inputs = versionsOf(this.parts.policies.hash, {
      agency: recipient,
      type: slot.type,
      agreements: agreementsOf(around),
      ...(senderAgreement && { senderAgreement }),
      facts,
      nowMs: at.nowMs,
    })
    if (!stillHolds(decision, { inputs, nowMs: at.nowMs })) return this.decideAgain(slot, around)
    const jwe = await this.open(slot, recipient.id)
    if (jwe === undefined) return this.tombstone(slot, 'erased')
    const { ruleId, fieldGroups } = decision
    return {
      slot,
      answer: { jwe, ruleId, fieldGroups },
      change: { sequence: slot.sequence, decisionId: decision.decisionId },
    }
  }

  private async open({ content, about }: Slot, recipient: string): Promise<string | undefined> {
    if (!('keyId' in content)) return undefined
    // Without its key a copy is erased, though it were in hand still.
    const key = await this.parts.keyRing.keyById(content.keyId)
    if (!key) return undefined
    return 'jwe' in content ? content.jwe : openCopy(key, content.stored, { eventId: about, recipient })
  }

  private async decideAgain(slot: Slot, around: Surroundings): Promise<CheckedSlot> {
    const { tx, recipient, directory, known } = around
    const arrived = await this.eventOf(slot, tx)
    if (!arrived) return this.tombstone(slot, 'erased')
    const { event, key } = arrived
    const { decision, facts } = await this.decideOn(event, slot, around)
    await this.parts.deliveries.writeDecisions(tx, [decision])
    // Whoever has the copy has it: there a person would decide nothing.
    if (!slot.isSent) this.parts.deliveries.openReviews(tx, reviewsOf(event, [decision], known.at.hubNowMs))
    if (decision.outcome !== 'PERMIT') {
      const { answer, change } = this.tombstone(slot, tombstoneReason(decision, facts))
      return { slot, answer, change: { ...change, decisionId: decision.decisionId }, refused: { event, decision } }
    }
    const { jwe, stored } = sealCopy(this.parts.keys, {
      ...{ event, decision, recipient, facts, key },
      poster: directory.find(event.agencyId),
      ackRequiredBy: dueAtOf(event, known.at.hubNowMs),
      guardianDesk: guardianDeskOf(directory),
    })
    const { ruleId, fieldGroups, decisionId } = decision
    return {
      slot,
      answer: { jwe, ruleId, fieldGroups },
      change: { sequence: slot.sequence, decisionId, keyId: key.id, copy: stored },
    }
  }

  /** The event of a slot, about its child as it is now; nothing where it was erased. */
  private async eventOf({ about }: Slot, tx: Sql): Promise<ArrivedEvent | undefined> {
    const body = await this.parts.disclosures.body(tx, about)
    const key = body && (await this.parts.keyRing.keyById(body.keyId))
    if (!body || !key) return undefined
    const sealed = { event: { ...(await openEvent(this.parts.keyRing, body)), seq: 0 }, key }
    const [now = sealed] = await this.parts.joined.asTheyAre(tx, [sealed])
    return now
  }

  private async decideOn(
    event: RoutedEvent,
    slot: Slot,
    around: Surroundings,
  ): Promise<{ readonly decision: Decision; readonly facts: Facts }> {
    const { tx, recipient, role, directory, agreements } = around
    const { facts: all, nowMs } = await this.parts.facts.load(tx, [subjectOf(event)])
    const facts = all[0] as Facts
    const search = { event, facts, directory, nowMs }
    const candidates = candidatesFor(search)
    const isIt = (one: Candidate): boolean => one.agencyId === recipient.id && one.role === role
    const candidate = candidates.find(isIt) ?? notThoughtOf(recipient.id)
    const senderAgreement = agreements.find(slot.senderAgreement ?? '')
    const told = await this.toldOf(tx, recipient.id, search)
    const decision = decide(this.parts.policies, {
      decisionId: newId(),
      ...{ event, candidate, agency: recipient, facts, nowMs },
      ...(told && { told }),
      agreements: agreementsOf(around),
      ...(senderAgreement && { senderAgreement }),
      // What a person let go stays let go; all that no person may set aside is asked again.
      isReviewed: slot.decision.decidedBy === 'person',
    })
    return { decision, facts }
  }

  /** What a sender from which the child is concealed may take the recipient to be. */
  private async toldOf(tx: Sql, recipient: string, search: Search): Promise<Told | undefined> {
    const { event, facts, nowMs } = search
    if (!isConcealedFrom(event.agencyId, facts, nowMs)) return undefined
    const wasAsOfUnknown = await this.parts.disclosures.wasAsOfUnknown(tx, event.eventId, recipient)
    return toldLater(recipient, wasAsOfUnknown, search)
  }
}

/** Those that may entitle the reader: an office of the hub its own alone. */
export function agreementsOf({
  recipient,
  role,
  directory,
  agreements,
}: Pick<Surroundings, 'recipient' | 'role' | 'directory' | 'agreements'>): readonly Agreement[] {
  const ofRole = agreements.find(directory.role(role ?? '')?.agreementId ?? '')
  return ofRole ? [ofRole] : agreements.of(recipient.id)
}

function nameOf({ about, childId, decision: { sender } }: Slot): string {
  return factsName({ about, sender, ...(childId !== undefined && { childId }) })
}

/** Its basis was neither withdrawn nor corrected between the finding and the lock. */
function isAsFound(slot: Slot, found: KnownFacts): boolean {
  const facts = found.of.get(nameOf(slot))
  const { version, withdrawnBecause } = slot.basis
  return facts?.basisVersion === version && facts.withdrawnBecause === withdrawnBecause
}

function subjectOfSlot({ about, childId, decision }: Slot) {
  return { eventId: about, source: decision.sender, ...(childId !== undefined && { childId }) }
}
