import type { PolicySet } from '#libs/policy'
import { addToOutbox, newId, type Database, type Sql } from '#libs/postgres'
import { seal, type AccessReceipt, type Caller, type KeyRing, type ProgramKeys } from '#libs/security'
import { Problem } from '#libs/service'
import { AgreementBook } from '../basis/agreement-book.js'
import type { Kept } from '../basis/kept.js'
import { acknowledgeBy } from '../delivery/acknowledge-by.js'
import { agreementsOf } from '../delivery/check-slots.js'
import type { DeliveryRepository } from '../delivery/delivery.repository.js'
import type { DisclosureRepository } from '../delivery/disclosure.repository.js'
import type { NewSlot } from '../delivery/new-slot.js'
import { slotOf } from '../delivery/slot-of.js'
import type { JoinedChildren } from '../identity/joined-children.js'
import { openEvent } from '../ingest/open-event.js'
import type { Facts } from '../routing/child-facts.js'
import { decide, type Decision } from '../routing/decision.js'
import type { Directory } from '../routing/directory.js'
import { dueAtOf, guardianDeskOf } from '../routing/due.js'
import { subjectOf, type FactsRepository } from '../routing/facts.repository.js'
import type { ArrivedEvent } from '../routing/route-events.js'
import { candidateOf, toldLater } from '../routing/told.js'
import type { Desk, SharingDesk } from './sharing-desk.js'
import { answerTo, type Said, type SharingQuestion } from './sharing-question.js'
import type { HeldQuestion, SharingQuestionRepository } from './sharing-question.repository.js'

export interface DecideSharingParts {
  readonly database: Database
  readonly desk: SharingDesk
  readonly questions: SharingQuestionRepository
  readonly policies: PolicySet
  readonly directory: Kept<Directory>
  readonly facts: FactsRepository
  readonly disclosures: DisclosureRepository
  readonly deliveries: DeliveryRepository
  readonly joined: Pick<JoinedChildren, 'asTheyAre'>
  readonly keyRing: KeyRing
  readonly keys: ProgramKeys
  /** Called after a commit with the lines that have something new. */
  readonly onCommitted: (lines: readonly string[]) => void
}

/** A person's decision as it was written down. */
export interface DecidedQuestion {
  readonly question: SharingQuestion
  readonly said: Said
  readonly decision: Decision
  /** To its sender `core` alone: which others are open tells of the child. */
  readonly fieldGroups: readonly string[]
  readonly receipt: AccessReceipt
}

type Refusal = 'NOT_FOUND' | 'NOT_PERMITTED' | 'SHARING_QUESTION_CLOSED' | 'SHARING_FORBIDDEN'

type Outcome =
  | { readonly problem: Refusal; readonly lines: readonly string[] }
  | { readonly done: DecidedQuestion; readonly lines: readonly string[] }

interface Judged {
  readonly decision: Decision
  readonly facts: Facts
  readonly directory: Directory
  readonly hubNowMs: number
}

/**
 * Takes a person's decision about one recipient. The policy is asked once more at that moment, with only the rules set
 * aside that leave it to a person; decision, numbered copy and access record are one transaction, in which the event and
 * the agreements are held. Where anything else forbids it by then, that is written down, and nothing leaves.
 */
export class DecideSharing {
  constructor(private readonly parts: DecideSharingParts) {}

  async decide(caller: Caller, said: Said): Promise<DecidedQuestion> {
    const desk = await this.parts.desk.admit(caller, 'decideSharing')
    const outcome = await this.parts.database.transaction((tx) => this.answer(tx, desk, said))
    this.parts.onCommitted(outcome.lines)
    if ('problem' in outcome) throw new Problem(outcome.problem)
    return outcome.done
  }

  private async answer(tx: Sql, desk: Desk, said: Said): Promise<Outcome> {
    const question = await this.parts.questions.hold(tx, desk, said.id)
    if (!question) return this.refuse(tx, desk, 'NOT_FOUND')
    if (question.isClosed) return this.refuse(tx, desk, 'SHARING_QUESTION_CLOSED', question)
    if (!this.parts.desk.isTheirs(desk, question)) return this.refuse(tx, desk, 'NOT_PERMITTED', question)
    const arrived = await this.eventOf(tx, question)
    if (!arrived) {
      await this.parts.questions.close(tx, question.id, { person: personOf(desk) })
      return this.refuse(tx, desk, 'SHARING_QUESTION_CLOSED', question)
    }
    const judged = await this.judge(tx, question, arrived, said)
    return this.write(tx, desk, { question, said, arrived, judged })
  }

  private async write(
    tx: Sql,
    desk: Desk,
    { question, said, arrived, judged }: { question: HeldQuestion; said: Said; arrived: ArrivedEvent; judged: Judged },
  ): Promise<Outcome> {
    const { decision } = judged
    const { outcome, ruleId, reasons, fieldGroups, decisionId } = decision
    const told = desk.isDutyDesk ? decision : (decision.asOfUnknown ?? decision)
    const isForbidden = told.outcome !== said.outcome
    const slots = await this.slotsOf(tx, arrived, judged)
    const record = await this.parts.desk.record(desk, 'decideSharing', question, {
      outcome: isForbidden ? 'SHARING_FORBIDDEN' : said.outcome,
      truth: { decision: outcome, ruleId, reasons, fieldGroups, decisionId, under: desk.permit.ruleId },
    })
    this.parts.deliveries.write(tx, { decisions: [decision], slots, records: [record.message] })
    await this.parts.questions.close(tx, question.id, {
      person: personOf(desk),
      answerId: decisionId,
      // Under the key of the child: a reason may speak of it, and is erased with it.
      reason: { bytes: seal(arrived.key, Buffer.from(said.reason, 'utf8'), question.id), keyId: arrived.key.id },
    })
    const lines = slots.map(({ recipient }) => recipient)
    if (isForbidden) return { problem: 'SHARING_FORBIDDEN', lines }
    const groups = desk.isDutyDesk || said.outcome === 'DENY' ? fieldGroups : ['core']
    return { done: { question, said, decision, fieldGroups: groups, receipt: record.receipt }, lines }
  }

  private async refuse(tx: Sql, desk: Desk, problem: Refusal, question?: SharingQuestion): Promise<Outcome> {
    const { message } = await this.parts.desk.record(desk, 'decideSharing', question, { outcome: problem })
    await addToOutbox(tx, 'exchange', [message])
    return { problem, lines: [] }
  }

  /** The event about its child as it is now; nothing where it was erased. */
  private async eventOf(tx: Sql, { event, keyId, sealed }: SharingQuestion): Promise<ArrivedEvent | undefined> {
    const key = await this.parts.keyRing.keyById(keyId)
    if (!key) return undefined
    const opened = await openEvent(this.parts.keyRing, { eventId: event.id, keyId, sealed })
    const [now] = await this.parts.joined.asTheyAre(tx, [{ event: { ...opened, seq: 0 }, key }])
    return now
  }

  private async judge(tx: Sql, question: HeldQuestion, { event }: ArrivedEvent, said: Said): Promise<Judged> {
    const { recipient: id, senderAgreement: senders, isAsOfUnknown } = question
    const [directory, held, { facts: all, nowMs, hubNowMs }] = await Promise.all([
      this.parts.directory.get(),
      this.parts.disclosures.holdAgreements(tx, [id], senders === undefined ? [] : [senders]),
      this.parts.facts.load(tx, [subjectOf(event)]),
    ])
    const facts = all[0] as Facts
    const search = { event, facts, directory, nowMs }
    const candidate = candidateOf(id, search)
    const agreements = new AgreementBook(held)
    const agency = directory.find(id)
    const senderAgreement = agreements.find(senders ?? '')
    const decided = decide(this.parts.policies, {
      decisionId: newId(),
      ...{ event, candidate, agency, facts, nowMs },
      told: toldLater(id, isAsOfUnknown, search),
      agreements: agency ? agreementsOf({ recipient: agency, role: candidate.role, directory, agreements }) : [],
      ...(senderAgreement && { senderAgreement }),
      isReviewed: true,
    })
    return { decision: answerTo(question, said.outcome, decided), facts, directory, hubNowMs }
  }

  /** What only its sender is told may leave is sealed as any other copy, and thrown away: how long it takes tells nothing. */
  private async slotsOf(
    tx: Sql,
    { event, key }: ArrivedEvent,
    { decision: real, facts, directory, hubNowMs }: Judged,
  ): Promise<readonly NewSlot[]> {
    const decision = real.outcome === 'PERMIT' ? real : { ...real, ...real.asOfUnknown }
    const recipient = directory.find(decision.recipient)
    if (decision.outcome !== 'PERMIT' || !recipient) return []
    const asked = dueAtOf(event, hubNowMs)
    const { slot } = slotOf(this.parts.keys, {
      ...{ event, decision, recipient, facts, key },
      poster: directory.find(event.agencyId),
      // The time that the sender set may be over before anybody could have the copy.
      ackRequiredBy: asked.getTime() > hubNowMs ? asked : acknowledgeBy(event.event.data.urgency, hubNowMs),
      guardianDesk: guardianDeskOf(directory),
    })
    // A copy that waited when the rule came to leave it to a person has left a tombstone under the event's own id.
    const isNumbered = await this.parts.questions.hasSlot(tx, slot)
    if (real.outcome !== 'PERMIT') return []
    return [isNumbered ? { ...slot, eventId: newId() } : slot]
  }
}

function personOf({ caller, actor }: Desk): string {
  return `${caller.clientId};${actor.role};${actor.reference}`
}
