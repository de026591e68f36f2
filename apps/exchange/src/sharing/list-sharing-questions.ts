import type { SharingBasis } from '#libs/events'
import { addToOutbox, type Database } from '#libs/postgres'
import { SealBroken, type AccessReceipt, type Caller, type KeyRing } from '#libs/security'
import type { Kept } from '../basis/kept.js'
import { EventErased, openEvent } from '../ingest/open-event.js'
import type { Facts } from '../routing/child-facts.js'
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
    const [directory, { facts }] = await Promise.all([
      this.parts.directory.get(),
      this.parts.facts.load(database, found.map(subjectOfQuestion)),
    ])
    const shown = await Promise.all(
      found.map(async (question, n) => ({
        question,
        isRecipientShown: desks.maySeeRecipient(desk, question, facts[n] as Facts),
        recipientKind: directory.find(question.recipient)?.kind,
        ...(await this.saidOf(question)),
      })),
    )
    return { shown, receipts: records.map(({ receipt }) => receipt) }
  }

  /** What the sender said in the basis of how much is needed. */
  private async saidOf({
    event,
    keyId,
    sealed,
  }: SharingQuestion): Promise<Pick<SharingBasis, 'necessity' | 'minimumData'>> {
    try {
      const { necessity, minimumData } = basisOf(
        await openEvent(this.parts.keyRing, { eventId: event.id, keyId, sealed }),
      )
      return { ...(necessity !== undefined && { necessity }), ...(minimumData !== undefined && { minimumData }) }
    } catch (error) {
      if (error instanceof EventErased || error instanceof SealBroken) return {}
      throw error
    }
  }
}

function subjectOfQuestion({ event, owner, childId }: SharingQuestion): FactSubject {
  return { eventId: event.id, source: owner, ...(childId !== undefined && { childId }) }
}
