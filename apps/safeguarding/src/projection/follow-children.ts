import type { RoutedEvent } from '#libs/events'
import type { Sql } from '#libs/postgres'
import type { FollowedRowsRepository } from './followed-rows.repository.js'

/** Lets what is known of a child follow it when it is joined with another, or turns out to be two. */
export class FollowChildren {
  constructor(private readonly rows: FollowedRowsRepository) {}

  /** Carries out what a word of the hub about a change of identity says of rows; any other event says nothing. */
  async follow(tx: Sql, childId: string, follows: RoutedEvent['follows']): Promise<void> {
    if (!follows) return
    await this.rows.join(tx, follows.joined, childId)
    await this.rows.move(tx, follows.moved)
  }

  /** Where children are today that were joined while an event of theirs was on its way; the others are not in it. */
  whereNow(tx: Sql, childIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return this.rows.whereNow(tx, childIds)
  }
}
