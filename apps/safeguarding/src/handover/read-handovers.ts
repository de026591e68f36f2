import type { ChildQuestion } from '../child/child-question.js'
import type { Answer, ReadChild } from '../child/read-child.js'
import { shieldContact } from '../child/shield.js'
import { contactOf } from '../projection/facts.js'
import type { WorldView } from '../projection/world.js'
import type { HandoverListRepository, ShownHandover } from './handover-list.repository.js'
import type { Handover } from './handover.type.js'

/** Answers which handovers a child has. A council that is responsible sees all; others those that concern them. */
export class ReadHandovers {
  constructor(
    private readonly parts: {
      readonly readChild: ReadChild
      readonly list: HandoverListRepository
      readonly world: WorldView
    },
  ) {}

  async of(question: ChildQuestion): Promise<Answer<Handover>> {
    const { readChild, list, world } = this.parts
    const { protection } = question.facts
    const { directory } = await world.now()
    const guardianDesk = contactOf(undefined, directory.byId('waymark-hub'), 'guardian-desk')
    return readChild.read(question, {
      action: 'readHandovers',
      fieldGroup: 'core',
      read: async (tx, permitted) =>
        (await list.ofChild(tx, permitted))
          .filter((handover) => concerns(handover, question))
          .map((handover) =>
            entryOf({ ...handover, contact: shieldContact(handover.contact, protection, guardianDesk) }),
          ),
    })
  }
}

/** A handover as the graph shows it. */
export function entryOf(handover: ShownHandover): Handover {
  const { id, uci, kind, state, level, openedBy, openedOn, expectedReceiver, council, dueAt, closedAt, contact } =
    handover
  return {
    id,
    child: uci === null ? null : { uci },
    kind,
    state,
    level,
    openedBy,
    openedOn,
    expectedReceiver,
    council,
    dueAt,
    closedAt,
    contact,
  }
}

function concerns(
  { openedBy, expectedReceiver, council }: ShownHandover,
  { caller, involvements, standing }: ChildQuestion,
): boolean {
  if ([openedBy, expectedReceiver, council].includes(caller.agencyId)) return true
  return involvements.some(
    ({ kind, untilMs }) => kind === 'responsible' && (untilMs === undefined || untilMs > standing.nowMs),
  )
}
