import type { Answer, ReadChild } from '../child/read-child.js'
import { dayOf } from '../calendar/london.js'
import type { ChildQuestion } from '../child/child-question.js'
import { shieldContact } from '../child/shield.js'
import { contactOf } from '../projection/facts.js'
import type { WorldView } from '../projection/world.js'
import type { Flag, FlagRepository } from './flag.repository.js'
import type { FlagEntry } from './flag.type.js'

/** Answers which flags a child has, to those who may know. */
export class ReadFlags {
  constructor(
    private readonly parts: {
      readonly readChild: ReadChild
      readonly flags: FlagRepository
      readonly world: WorldView
    },
  ) {}

  async of(question: ChildQuestion): Promise<Answer<FlagEntry>> {
    const { readChild, flags, world } = this.parts
    const { directory } = await world.now()
    const guardianDesk = contactOf(undefined, directory.byId('waymark-hub'), 'guardian-desk')
    const shown = (flag: Flag): FlagEntry => ({
      ...{
        id: flag.id,
        kind: flag.kind,
        owner: flag.owner,
        ownerName: flag.ownerName,
        from: from(flag),
        until: flag.until && dayOf(flag.until.getTime()),
      },
      contacts: flag.contacts.map((contact) => shieldContact(contact, question.facts.protection, guardianDesk)),
    })
    return readChild.read(question, {
      action: 'readFlags',
      fieldGroup: 's', // that there is a flag at all is the child's status
      read: async (tx, permitted) => (await flags.of(tx, permitted)).map(shown),
    })
  }
}

/** A plan begins on a day; a child is missing from an hour on. */
function from({ kind, since }: Flag): string {
  return kind === 'MISSING' ? since.toISOString() : dayOf(since.getTime())
}
