import { newId, type Database } from '#libs/postgres'
import type { EventRepository } from '../ingest/event.repository.js'
import type { HubRows } from '../ingest/held-notices.js'
import { hubId } from '../routing/directory.js'
import type { SharingQuestionRepository } from './sharing-question.repository.js'

const mostAtOnce = 200

/**
 * Tells the sender and the duty desk, once an event, that nobody has decided in time whether a recipient may have it; of what
 * only the desk is asked, the desk alone.
 * Time never decides: the question stays open.
 */
export class TellUndecided {
  constructor(
    private readonly parts: {
      readonly database: Database
      readonly questions: SharingQuestionRepository
      readonly events: EventRepository
      readonly hubRows: HubRows
      readonly onCommitted: () => void
    },
  ) {}

  /** @returns of how many events it told */
  async tell(): Promise<number> {
    const { database, questions, events, hubRows, onCommitted } = this.parts
    const count = await database.transaction(async (tx) => {
      const due = await questions.markUndecided(tx, mostAtOnce)
      const words = await Promise.all(
        due.map(({ eventId, owner, openedAt, isForDesk }) =>
          hubRows.prepare({
            eventId: newId(),
            type: 'hub.event.held',
            at: new Date(),
            body: { eventId, code: 'SHARING_UNDECIDED', since: openedAt.toISOString() },
            addressed: [...new Set([owner, ...(isForDesk ? [hubId] : [])])],
          }),
        ),
      )
      if (words.length > 0) await events.insertWith(tx, words)
      return words.length
    })
    if (count > 0) onCommitted()
    return count
  }
}
