import type { Sql } from '#libs/postgres'
import type { FlagRepository } from '../flag/flag.repository.js'
import type { OpenHandover, Opening } from '../handover/open-handover.js'
import type { SettleHandover, Word } from '../handover/settle-handover.js'
import type { InvolvementRepository } from '../involvement/involvement.repository.js'
import type { Batch } from './batch.js'
import type { Effect } from './effects.js'
import type { RetractionRepository } from './retraction.repository.js'
import type { World } from './world.js'

/** What projecting works with. */
export interface ProjectEventParts {
  readonly involvements: InvolvementRepository
  readonly flags: FlagRepository
  readonly openHandover: OpenHandover
  readonly settle: SettleHandover
  readonly retractions: RetractionRepository
}

/** What does more than add a row. */
type Change = Exclude<Effect, { readonly do: 'open-involvement' | 'raise-flag' }>

/** What an event is projected on. */
export interface ProjectedOn {
  readonly from: Opening
  readonly world: World
  readonly batch: Batch
}

/** Makes true what an event changes, in the transaction of its consumer. */
export class ProjectEvent {
  constructor(private readonly parts: ProjectEventParts) {}

  /** What only adds a row is left to the batch to write. */
  async project(tx: Sql, effects: readonly Effect[], on: ProjectedOn): Promise<void> {
    const { from, batch } = on
    for (const effect of effects) {
      if (effect.do === 'open-involvement' || effect.do === 'raise-flag') batch.add(effect, from)
      else if (effect.do !== 'arrive' || batch.mayWait(from.childId, effect.kind)) {
        batch.write()
        await this.change(tx, effect, on)
      }
    }
  }

  private change(tx: Sql, effect: Change, { from, world, batch }: ProjectedOn): Promise<void> {
    const { involvements, flags, openHandover, settle } = this.parts
    const word = { eventId: from.eventId, agencyId: from.postedBy, childId: from.childId }
    switch (effect.do) {
      case 'close-involvements':
        return involvements.close(tx, effect, from)
      case 'lower-flag':
        return flags.lower(tx, effect, from)
      case 'depart':
        batch.opened(from.childId, effect.kind)
        return openHandover.open(tx, effect, { from, world })
      case 'arrive':
        return settle.arrive(tx, effect, word)
      case 'confirm':
        return settle.confirm(tx, effect.handoverId, word, world)
      case 'decline':
        return settle.decline(tx, effect.handoverId, word)
      case 'retract':
        return this.takeBack(tx, effect.eventId, word, { world, batch })
    }
  }

  /** Takes back what an event did, whichever child it was about; and what it may still do, if it comes later. */
  async takeBack(
    tx: Sql,
    eventId: string,
    by: Pick<Word, 'eventId' | 'agencyId'>,
    { world, batch }: Pick<ProjectedOn, 'world' | 'batch'>,
  ): Promise<void> {
    batch.write()
    batch.forget()
    await this.parts.retractions.keep(tx, eventId, by)
    await this.parts.involvements.retract(tx, eventId, by)
    await this.parts.flags.retract(tx, eventId, by)
    await this.parts.settle.retract(tx, eventId, by, world)
  }
}
