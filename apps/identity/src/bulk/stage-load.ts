import type { DataKey } from '#libs/security'
import { Problem } from '#libs/service'
import type { BulkLoadRepository, OpenLoad } from './bulk-load.repository.js'
import { readBulkFile, type FileRow } from './read-file.js'
import type { Stagers } from './stagers.js'

const blockRows = 1_000
const inFlight = 4
/** What `readBulkFile` finds a file to be. */
const saysOfFile: ReadonlySet<string> = new Set(['TOO_LARGE', 'MALFORMED', 'SCHEMA_INVALID'])

/** Reads a file that was taken in, checks its rows and stages those that are records. */
export class StageLoad {
  constructor(
    private readonly loads: BulkLoadRepository,
    private readonly stagers: Stagers,
    private readonly options: { readonly isProduction: boolean },
  ) {}

  /**
   * From the beginning, whatever was staged before: which lines are records does not depend on when they are read. A file
   * that turns out to be none ends there, with the reason at the line it came to; other loads go on.
   */
  async stage(load: OpenLoad): Promise<void> {
    const { loadId } = load
    await this.loads.clear(load)
    const key = await this.loads.keyOf(loadId)
    const progress = { received: 0 }
    try {
      const isBroken = await this.stageFile(load, key, progress)
      await this.loads.staged(loadId, { ...progress, isBroken })
    } catch (error) {
      if (!(error instanceof Problem && saysOfFile.has(error.code))) throw error
      await this.loads.stage(loadId, [], [{ line: progress.received + 1, code: error.code, pointer: '#' }])
      await this.loads.staged(loadId, { ...progress, isBroken: true })
    }
  }

  /** @returns whether the file ends in the middle */
  private async stageFile(load: OpenLoad, key: DataKey, progress: { received: number }): Promise<boolean> {
    const file = await readBulkFile(await this.loads.bytesOf(load.loadId, key), load.format)
    const running: Promise<void>[] = []
    try {
      for (const block of blocksOf(file.rows, blockRows)) {
        progress.received += block.length
        running.push(this.stageBlock(load, key, block))
        if (running.length >= inFlight) await running.shift()
      }
    } finally {
      await Promise.all(running)
    }
    return file.isBroken()
  }

  private async stageBlock(load: OpenLoad, key: DataKey, rows: readonly FileRow[]): Promise<void> {
    const { loadId, poster, createdAtMs } = load
    const { agencyId, agencyKind, role } = poster.caller
    const sender = { agencyId, agencyKind, ...(role !== undefined && { role }) }
    const { isProduction } = this.options
    const block = { loadId, sender, purpose: poster.purpose, key, isProduction, nowMs: createdAtMs, rows }
    const staged = await this.stagers.stage(block)
    await this.loads.stage(loadId, staged.rows, staged.rejected)
  }
}

/** So many rows at a time. */
export function* blocksOf(rows: Iterable<FileRow>, atOnce: number): Generator<readonly FileRow[]> {
  let block: FileRow[] = []
  for (const row of rows) {
    block.push(row)
    if (block.length === atOnce) {
      yield block
      block = []
    }
  }
  if (block.length > 0) yield block
}
