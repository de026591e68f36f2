import type { RoutedEvent } from '#libs/events'
import { addToOutbox, type Database } from '#libs/postgres'
import { SealBroken, type AccessReceipt, type Caller, type KeyRing } from '#libs/security'
import type { Kept } from '../basis/kept.js'
import { EventErased, openEvent } from '../ingest/open-event.js'
import { candidatesFor } from '../routing/candidates.js'
import { asOfUnknown, type Facts } from '../routing/child-facts.js'
import { basisOf } from '../routing/delivery-question.js'
import type { Directory } from '../routing/directory.js'
import type { FactsRepository, FactSubject } from '../routing/facts.repository.js'
import type { SharingDesk } from './sharing-desk.js'
import type { SharingQuestion } from './sharing-question.js'
import type { Position, SharingQuestionRepository } from './sharing-question.repository.js'

/** A question with what its sender said of how much is needed; nothing of an event that is erased. */
export interface ShownQuestion {
  readonly question: SharingQuestion
  readonly isRecipientShown: boolean
  readonly recipientKind: string | undefined
  readonly necessity?: string
  readonly minimumData?: string
}

/** Shows open questions; each is an access to its child, on record before anything is opened. */
export class ListSharingQuestions {
  constructor(
    private readonly parts: {
      readonly database: Database
      readonly desk: SharingDesk
      readonly questions: SharingQuestionRepository
      readonly facts: FactsRepository
      readonly directory: Kept<Directory>
      readonly keyRing: KeyRing
      readonly onCommitted: () => void
    },
  ) {}

  async list(
    caller: Caller,
    page: { readonly limit: number; readonly after?: Position },
  ): Promise<{ readonly shown: readonly ShownQuestion[]; readonly receipts: readonly AccessReceipt[] }> {
    const { database, desk: desks, questions, onCommitted } = this.parts
    const desk = await desks.admit(caller, 'readSharingQuestions')
    const found = await questions.open(database, desk, page)
    const records = await Promise.all(
      found.length > 0
        ? found.map((one) => desks.record(desk, 'readSharingQuestions', one, { outcome: 'answered' }))
        : [desks.record(desk, 'readSharingQuestions', undefined, { outcome: 'answered' })],
    )
    await addToOutbox(
      database,
      'exchange',
      records.map(({ message }) => message),
    )
    onCommitted()
    const [directory, { facts, nowMs }] = await Promise.all([
      this.parts.directory.get(),
      this.parts.facts.load(database, found.map(subjectOfQuestion)),
    ])
    const shown = await Promise.all(
      found.map(async (question, n) => {
        const event = await this.eventOf(question)
        const known = facts[n] as Facts
        const unknown = asOfUnknown(known)
        const others = event ? candidatesFor({ event, facts: unknown, directory, nowMs }) : []
        // Whom the event would be for if nobody had heard of the child, its sender can tell by itself.
        const isPlain = others.some(({ agencyId }) => agencyId === question.recipient)
        return {
          question,
          isRecipientShown: isPlain || desks.maySeeRecipient(desk, question, question.isAsOfUnknown ? unknown : known),
          recipientKind: directory.find(question.recipient)?.kind,
          ...(event && saidIn(event)),
        }
      }),
    )
    return { shown, receipts: records.map(({ receipt }) => receipt) }
  }

  /** Nothing where it is erased. */
  private async eventOf({ event, keyId, sealed }: SharingQuestion): Promise<RoutedEvent | undefined> {
    try {
      return { ...(await openEvent(this.parts.keyRing, { eventId: event.id, keyId, sealed })), seq: 0 }
    } catch (error) {
      if (error instanceof EventErased || error instanceof SealBroken) return undefined
      throw error
    }
  }
}

/** What the sender said in the basis of how much is needed. */
function saidIn(event: RoutedEvent): Pick<ShownQuestion, 'necessity' | 'minimumData'> {
  const { necessity, minimumData } = basisOf(event)
  return { ...(necessity !== undefined && { necessity }), ...(minimumData !== undefined && { minimumData }) }
}

function subjectOfQuestion({ event, sender, childId }: SharingQuestion): FactSubject {
  return { eventId: event.id, source: sender, ...(childId !== undefined && { childId }) }
}
