import { dayOf } from '../calendar/london.js'
import type { ChildQuestion } from '../child/child-question.js'
import type { Answer, ReadChild } from '../child/read-child.js'
import { shieldContact, showsPlace } from '../child/shield.js'
import { contactOf } from '../projection/facts.js'
import type { WorldView } from '../projection/world.js'
import type { Involvement, InvolvementRepository } from './involvement.repository.js'
import type { InvolvementEntry } from './involvement.type.js'

/** Answers who works with a child, to those who may know. */
export class ReadInvolvements {
  constructor(
    private readonly parts: {
      readonly readChild: ReadChild
      readonly involvements: InvolvementRepository
      readonly world: WorldView
    },
  ) {}

  async of(question: ChildQuestion): Promise<Answer<InvolvementEntry>> {
    const { readChild, involvements, world } = this.parts
    const { protection } = question.facts
    const { directory } = await world.now()
    const guardianDesk = contactOf(undefined, directory.byId('waymark-hub'), 'guardian-desk')
    const shown = ({ agencyId, since, until, ...rest }: Involvement): InvolvementEntry => ({
      ...rest,
      agency: agencyId,
      since: dayOf(since.getTime()),
      until: until && dayOf(until.getTime()),
      contact: shieldContact(rest.contact, protection, guardianDesk),
    })
    const isShown = (each: Involvement): boolean => protection === 'none' || !showsPlace(each, question.caller.agencyId)
    return readChild.read(question, {
      action: 'readInvolvements',
      fieldGroup: 'core',
      read: async (tx, permitted) => (await involvements.of(tx, permitted)).filter(isShown).map(shown),
    })
  }
}
