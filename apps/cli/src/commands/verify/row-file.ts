import { EntryReader } from './entries.js'
import { commitmentIn, recordsOf, type ExportedRecord } from './exported-records.js'
import type { LogFiles } from './tile-folder.js'

/** What a file of all rows of a log came to. */
interface RowFindings {
  readonly faults: string[]
  readonly recomputed: number
  readonly erased: number
}

/** Compares the rows of a file with the entries of a log: each entry has one row, whose commitment is the entry. */
export async function compareRows(file: string, log: LogFiles, size: number): Promise<RowFindings> {
  const rows = new Rows(new EntryReader(log, size), size)
  for await (const record of recordsOf(file)) await rows.take(record)
  return rows.findings()
}

class Rows {
  private readonly faults: string[] = []
  /** A byte for each entry: there may be tens of millions. */
  private readonly seen: Uint8Array
  private recomputed = 0
  private erased = 0

  constructor(
    private readonly entries: EntryReader,
    private readonly size: number,
  ) {
    this.seen = new Uint8Array(size)
  }

  async take(record: ExportedRecord): Promise<void> {
    const { id, entry } = record
    if (entry < 0 || entry >= this.size) this.faults.push(`record ${id} is of no entry of the log`)
    else if (this.seen[entry] === 1) this.faults.push(`entry ${entry} has a second row, of record ${id}`)
    else {
      this.seen[entry] = 1
      await this.compare(record)
    }
  }

  findings(): RowFindings {
    const { recomputed, erased } = this
    const missing: string[] = []
    this.seen.forEach((times, entry) => {
      if (times === 0) missing.push(`entry ${entry} has no row`)
    })
    return { faults: [...this.faults, ...missing], recomputed, erased }
  }

  private async compare(record: ExportedRecord): Promise<void> {
    const logged = await this.entries.at(record.entry)
    if (logged === undefined) return // of a damaged log, which is told by its tiles
    if (commitmentIn(record)?.equals(logged) !== true) this.faults.push(`record ${record.id} was altered`)
    else if (record.outer === null) this.erased += 1
    else this.recomputed += 1
  }
}
