import { canonicalJson, entriesPath, parseCheckpoint, parseNote, sha256, tilesAt, tileWidth } from '#libs/tlog'
import type { Finding } from './finding.js'
import { entriesIn } from './fsck.js'
import { readNamed } from './read-file.js'
import { openLog, type LogFiles } from './tile-folder.js'

/** An exported access record: its place in the log, and what its commitment is made from. */
interface ExportedRecord {
  readonly id: string
  readonly entry: number
  readonly salt1: string
  /** The open half, `innerHash` included, as JSON text; null where it can no longer be opened. */
  readonly outer: string | null
}

/** Names every exported record that is not the one the log holds at its place. */
export async function verifyRows([file]: readonly string[], options: { log?: string }): Promise<Finding> {
  const rows = readNamed(file, 'the exported records')
    .split('\n')
    .filter((line) => line.trim() !== '')
  const log = openLog(options.log)
  const size = await sizeOf(log)
  const faults: string[] = []
  for (const row of rows) {
    const record = JSON.parse(row) as ExportedRecord
    const logged = await entryAt(log, record.entry, size)
    if (!logged?.equals(recomputed(record))) faults.push(`✗ record ${record.id} was altered`)
  }
  if (faults.length > 0) return { holds: false, lines: faults }
  return { holds: true, lines: [`✓ ${rows.length} records are the ones that were logged`] }
}

async function sizeOf(log: LogFiles): Promise<number> {
  const note = parseNote((await log.read('checkpoint')).toString('utf8'))
  return parseCheckpoint(note?.text ?? '')?.size ?? 0
}

function recomputed({ salt1, outer }: ExportedRecord): Buffer {
  if (outer === null) return Buffer.alloc(0)
  return sha256(Buffer.from(salt1, 'hex'), canonicalJson(JSON.parse(outer)))
}

async function entryAt(log: LogFiles, entry: number, size: number): Promise<Buffer | undefined> {
  if (entry >= size) return undefined
  const index = Math.floor(entry / tileWidth)
  const { full, partial } = tilesAt(0, size)
  const bundle = await log.read(entriesPath(index, index < full ? tileWidth : partial))
  return entriesIn(bundle)[entry % tileWidth]
}
