import { Injectable } from '@nestjs/common'
import { tileWidth } from '#libs/tlog'
import { LogRepository } from '../log/log.repository.js'
import { AccessRecordRepository } from '../search/access-record.repository.js'
import { stateOf } from '../search/access-record.view.js'
import { firstAltered } from './compare-rows.js'

/**
 * Looks through the published log for rows that were altered since, a tile at a time, and begins anew at its end.
 *
 * Anybody can compare commitments with the tree. Only the hub can tell that a record is still found by the child it is about:
 * a row under another index would be missing from its child's trace, and every proof would hold.
 */
@Injectable()
export class RecheckRows {
  private at: number | undefined

  constructor(
    private readonly log: LogRepository,
    private readonly records: AccessRecordRepository,
  ) {}

  /** @returns the first altered record of the next tile, by its id or, where it is gone, its place */
  async look(): Promise<string | undefined> {
    const size = (await this.log.newestPublished())?.size ?? 0
    if (size === 0) return undefined
    const from = this.next(size)
    const to = Math.min(size, from + tileWidth)
    this.at = to
    return (await firstAltered(this.log, from, to)) ?? this.firstMisfiled(from, to)
  }

  /** Programs that are often started again would else see the beginning of the log only. */
  private next(size: number): number {
    const at = this.at ?? Math.floor((Math.random() * size) / tileWidth) * tileWidth
    return at < size ? at - (at % tileWidth) : 0
  }

  private async firstMisfiled(from: number, to: number): Promise<string | undefined> {
    const records = await this.records.between(from, to)
    const states = await Promise.all(
      records.map(async (record) => stateOf(await this.records.outerOf(record), await this.records.innerOf(record))),
    )
    return records.find((_, at) => states[at] === 'altered')?.recordId
  }
}
