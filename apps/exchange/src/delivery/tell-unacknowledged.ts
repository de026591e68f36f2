import { newId, type Database } from '#libs/postgres'
import { SealBroken, type KeyRing } from '#libs/security'
import type { Kept } from '../basis/kept.js'
import type { EventRow } from '../ingest/event-rows.js'
import type { EventRepository } from '../ingest/event.repository.js'
import type { HubRows } from '../ingest/held-notices.js'
import { EventErased, openEvent } from '../ingest/open-event.js'
import { hubId, type Directory } from '../routing/directory.js'
import { guardianDeskOf } from '../routing/due.js'
import type { Overdue, UnacknowledgedRepository } from './unacknowledged.repository.js'
import { ownerOf } from './line.js'

const mostAtOnce = 200

/**
 * Tells a sender that a recipient has not acknowledged in time, and whom to phone: a copy in a feed that nobody pulls must
 * not be silent. Of a protected child only the guardian desk is told. The hub's own words are not followed by others.
 */
export class TellUnacknowledged {
  constructor(
    private readonly parts: {
      database: Database
      overdue: UnacknowledgedRepository
      events: EventRepository
      hubRows: HubRows
      directory: Kept<Directory>
      keyRing: KeyRing
      onCommitted: () => void
    },
  ) {}

  /** @returns how many slots were found overdue */
  async tell(): Promise<number> {
    const { database, overdue, events, onCommitted } = this.parts
    const directory = await this.parts.directory.get()
    const count = await database.transaction(async (tx) => {
      const marked = await overdue.mark(tx, mostAtOnce)
      const rows = await Promise.all(marked.map((one) => this.wordOf(one, directory)))
      const words = rows.filter((row) => row !== undefined)
      if (words.length > 0) await events.insertWith(tx, words)
      return marked.length
    })
    if (count > 0) onCommitted()
    return count
  }

  private async wordOf(one: Overdue, directory: Directory): Promise<EventRow | undefined> {
    if (one.sender === hubId) return undefined
    const event = await openEvent(this.parts.keyRing, { ...one, eventId: one.about }).catch(willNotOpen)
    const recipient = directory.find(ownerOf(one.recipient).agencyId)
    if (!event || !recipient) return undefined
    return this.parts.hubRows.prepare({
      eventId: newId(),
      type: 'hub.delivery.unacknowledged',
      at: new Date(),
      urgency: event.event.data.urgency,
      body: {
        eventId: one.about,
        recipient: recipient.id,
        phone: recipient.phone ?? recipient.outOfHoursPhone ?? guardianDeskOf(directory).phone,
        dueAt: one.dueAt.toISOString(),
      },
      addressed: [one.isProtected ? hubId : one.sender],
      ...(event.child && { child: event.child }),
    })
  }
}

/** What is erased is not told of any more; what is damaged keeps no other sender from being told. */
function willNotOpen(error: unknown): undefined {
  if (error instanceof EventErased || error instanceof SealBroken) return undefined
  throw error
}
