import type { Sql } from '#libs/postgres'
import type { FlagRepository } from '../flag/flag.repository.js'
import type { OpenHandover, Opening } from '../handover/open-handover.js'
import type { SettleHandover, Word } from '../handover/settle-handover.js'
import type { InvolvementRepository } from '../involvement/involvement.repository.js'
import { isAboutHandover, type Effect, type HandoverEffect, type StateEffect } from './effects.js'
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

/** Makes true what an event changes, in the transaction of its consumer. */
export class ProjectEvent {
  constructor(private readonly parts: ProjectEventParts) {}

  async project(
    tx: Sql,
    effects: readonly Effect[],
    on: { readonly from: Opening; readonly world: World },
  ): Promise<void> {
    const { eventId, postedBy: agencyId, childId } = on.from
    const word = { eventId, agencyId, childId }
    for (const effect of effects) {
      await (isAboutHandover(effect) ? this.hand(tx, effect, { ...on, word }) : this.state(tx, effect, on.from))
    }
  }

  private state(tx: Sql, effect: StateEffect, from: Opening): Promise<void> {
    const { involvements, flags } = this.parts
    switch (effect.do) {
      case 'open-involvement':
        return involvements.open(tx, effect, from)
      case 'close-involvements':
        return involvements.close(tx, effect, from)
      case 'raise-flag':
        return flags.raise(tx, effect, from)
      case 'lower-flag':
        return flags.lower(tx, effect, from)
    }
  }

  private hand(tx: Sql, effect: HandoverEffect, on: { from: Opening; world: World; word: Word }): Promise<void> {
    const { openHandover, settle } = this.parts
    const { from, world, word } = on
    switch (effect.do) {
      case 'depart':
        return openHandover.open(tx, effect, { from, world })
      case 'arrive':
        return settle.arrive(tx, effect, word)
      case 'confirm':
        return settle.confirm(tx, effect.handoverId, word, world)
      case 'decline':
        return settle.decline(tx, effect.handoverId, word)
      case 'retract':
        return this.retract(tx, effect.eventId, word, world)
    }
  }

  private async retract(tx: Sql, eventId: string, by: Word, world: World): Promise<void> {
    await this.parts.retractions.keep(tx, eventId, by)
    await this.parts.involvements.retract(tx, eventId, by)
    await this.parts.flags.retract(tx, eventId, by)
    await this.parts.settle.retract(tx, eventId, by, world)
  }
}
