import type { BulkLoadRepository, OpenLoad } from './bulk-load.repository.js'
import { readBulkFile, type FileRow } from './read-file.js'
import type { Stagers } from './stagers.js'

const blockRows = 1_000
const inFlight = 4

/** Reads a file that was taken in, checks its rows and stages those that are records. */
export class StageLoad {
  constructor(
    private readonly loads: BulkLoadRepository,
    private readonly stagers: Stagers,
    private readonly options: { readonly isProduction: boolean },
  ) {}

  /** From the beginning, whatever was staged before: which lines are records does not depend on when they are read. */
  async stage(load: OpenLoad): Promise<void> {
    const { loadId, format, poster, createdAtMs } = load
    await this.loads.clear(loadId)
    const key = await this.loads.keyOf(loadId)
    const { rows, isBroken } = readBulkFile(await this.loads.bytesOf(loadId, key), format)
    const { agencyId, agencyKind, role } = poster.caller
    const sender = { agencyId, agencyKind, ...(role !== undefined && { role }) }
    const stageBlock = async (block: readonly FileRow[]) => {
      const { isProduction } = this.options
      const staged = await this.stagers.stage({ loadId, sender, key, isProduction, nowMs: createdAtMs, rows: block })
      await this.loads.stage(loadId, staged.rows, staged.rejected)
    }
    const running: Promise<void>[] = []
    for (let from = 0; from < rows.length; from += blockRows) {
      running.push(stageBlock(rows.slice(from, from + blockRows)))
      if (running.length >= inFlight) await running.shift()
    }
    await Promise.all(running)
    await this.loads.staged(loadId, { received: rows.length, isBroken })
  }
}
