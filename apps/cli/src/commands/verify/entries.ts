import { entriesPath, tileWidth } from '#libs/tlog'
import { DoesNotHold } from './finding.js'
import type { LogFiles } from './tile-folder.js'

/** The entries of a bundle: each a length (two bytes, big-endian) and as many bytes; one cut short is none. */
export function entriesIn(bundle: Buffer): readonly Buffer[] {
  const entries: Buffer[] = []
  for (let at = 0; at + 2 <= bundle.length;) {
    const end = at + 2 + bundle.readUInt16BE(at)
    if (end > bundle.length) break
    entries.push(bundle.subarray(at + 2, end))
    at = end
  }
  return entries
}

/** The entries of a log by their places; cheap for places that lie beside each other. */
export class EntryReader {
  private bundle: { readonly index: number; readonly entries: readonly Buffer[] } | undefined

  constructor(
    private readonly log: LogFiles,
    private readonly size: number,
  ) {}

  /** @returns nothing where the log has no such entry any more */
  async at(place: number): Promise<Buffer | undefined> {
    const index = Math.floor(place / tileWidth)
    if (this.bundle?.index !== index) this.bundle = { index, entries: await this.read(index) }
    return this.bundle.entries[place % tileWidth]
  }

  private async read(index: number): Promise<readonly Buffer[]> {
    const width = Math.min(tileWidth, this.size - index * tileWidth)
    try {
      return entriesIn(await this.log.read(entriesPath(index, width)))
    } catch (error) {
      if (error instanceof DoesNotHold) return []
      throw error
    }
  }
}
