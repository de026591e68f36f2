import { Injectable } from '@nestjs/common'
import type { Consumer } from '#libs/kafka'
import { Database } from '#libs/postgres'

const atMostSeconds = 30
const freshMs = 1_000

/**
 * How far the projection is behind the events; answers that rest on it say so instead of guessing. Asked of the database,
 * where `exchange` keeps each event until it is read: an event that no broker carries is behind as well.
 */
@Injectable()
export class ProjectionLag {
  private consumer: Pick<Consumer, 'health'> | undefined
  private known: { readonly isAnyLate: Promise<boolean>; readonly atMs: number } | undefined

  constructor(private readonly database: Database) {}

  /** Names the consumer to ask; until then everything is behind. */
  watch(consumer: Pick<Consumer, 'health'>): void {
    this.consumer = consumer
  }

  /** Whether what is known may be more than 30 s old, as of a second ago at most. */
  async isBehind(): Promise<boolean> {
    const health = this.consumer?.health()
    if (health === undefined || health.lagSeconds > atMostSeconds) return true
    const nowMs = performance.now()
    if (!this.known || nowMs - this.known.atMs > freshMs) this.known = { isAnyLate: this.look(), atMs: nowMs }
    return this.known.isAnyLate
  }

  private async look(): Promise<boolean> {
    try {
      const [row] = await this.database.query<{ late: boolean }>(
        `select exists (
           select 1 from exchange.on_its_way_v o
            where o.since < clock_timestamp() - make_interval(secs => $1)
              and not exists (select 1 from safeguarding.inbox i where i.event_id = o.event_id and i.grp = 'safeguarding')) as late`,
        [atMostSeconds],
      )
      return row?.late !== false
    } catch (error) {
      this.known = undefined
      throw error
    }
  }
}
