import { Injectable } from '@nestjs/common'
import { Database } from '#libs/postgres'
import { accountFor, unheardSeries, type NumberSeries } from './number-series.js'
import { NumberSeriesRepository } from './number-series.repository.js'

/** Messages of one relay that were numbered and did not arrive. */
export interface MissingMessages {
  readonly service: string
  readonly missing: number
}

/** So many entries are looked at in one go: after an absence the rest follows with the next. */
const mostEntries = 100_000
/** Partitions are read beside each other: what comes by another one may be this late. */
const lateMs = 30_000

/**
 * Finds access records that a program wrote and that never arrived: its relay numbers its messages without gaps.
 * Each look accounts for the entries that came since the last one, so it costs what came and not what there is.
 */
@Injectable()
export class FindGaps {
  constructor(
    private readonly database: Database,
    private readonly repository: NumberSeriesRepository,
  ) {}

  /** @returns every relay of which a message is missing half a minute after a later one came */
  find(): Promise<readonly MissingMessages[]> {
    return this.database.transaction(async (tx) => {
      const { from, to: size, nowMs } = await this.repository.hold(tx)
      const to = Math.min(size, from + mostEntries)
      const known = new Map(await this.repository.series(tx))
      if (to > from) {
        for (const [name, numbers] of await this.repository.numbers(tx, from, to)) {
          const series = accountFor(known.get(name) ?? unheardSeries, numbers, nowMs)
          known.set(name, series)
          this.repository.keep(tx, name, series)
        }
        this.repository.keepChecked(tx, to)
      }
      return missingIn(known, nowMs)
    })
  }
}

function missingIn(known: ReadonlyMap<string, NumberSeries>, nowMs: number): readonly MissingMessages[] {
  const counted = [...known].map(([service, { gaps }]) => {
    const overdue = gaps.filter(({ sinceMs }) => nowMs - sinceMs >= lateMs)
    return { service, missing: overdue.reduce((sum, { first, last }) => sum + last - first + 1, 0) }
  })
  return counted.filter(({ missing }) => missing > 0)
}
