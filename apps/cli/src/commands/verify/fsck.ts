import { entriesPath, foldRight, hashBytes, leafHash, perfectRoot, tilePath, tileWidth, type TileId } from '#libs/tlog'
import { DoesNotHold, type Finding } from './finding.js'
import { signedCheckpoint, witnessed, type SignedCheckpoint } from './checkpoint-file.js'
import { entriesIn } from './entries.js'
import { tileIdsAt, tileRoot } from './log-tiles.js'
import { readNamed, readPolicy } from './read-file.js'
import { compareRows } from './row-file.js'
import { openLog, type LogFiles } from './tile-folder.js'

const mostFaults = 100

/**
 * Recomputes the whole log from its entries: every tile of every level, and the root the checkpoint names; with a file of all
 * its rows, every commitment too. With a checkpoint of its own, the log as it was then: rows are exported before they are
 * compared, and the log has grown since.
 */
export async function verifyLog(
  _: readonly string[],
  options: { policy: string; log?: string; rows?: string; checkpoint?: string },
): Promise<Finding> {
  const policy = readPolicy(options.policy)
  const log = openLog(options.log)
  const checkpoint = signedCheckpoint(await noteOf(log, options.checkpoint), policy)
  const { met, text } = witnessed(checkpoint, policy)
  const faults = await faultsIn(log, checkpoint)
  if (!met) faults.push(`the checkpoint has ${text}`)
  const rows = options.rows === undefined ? undefined : await compareRows(options.rows, log, checkpoint.size)
  faults.push(...(rows?.faults ?? []))
  if (faults.length > mostFaults) faults.splice(mostFaults, Infinity, `and ${faults.length - mostFaults} more`)
  if (faults.length > 0) return { holds: false, lines: faults.map((fault) => `✗ ${fault}`) }
  const found = rows === undefined ? '' : `; ${rows.recomputed} rows recomputed, ${rows.erased} erased`
  return { holds: true, lines: [`✓ ${checkpoint.size} entries, every tile and the root recomputed; ${text}${found}`] }
}

/** The newest checkpoint of the log, or the one that a person kept. */
async function noteOf(log: LogFiles, kept: string | undefined): Promise<string> {
  return kept === undefined ? (await log.read('checkpoint')).toString('utf8') : readNamed(kept, 'the checkpoint')
}

async function faultsIn(log: LogFiles, { size, root }: SignedCheckpoint): Promise<string[]> {
  const faults: string[] = []
  const edge: Buffer[] = []
  let below: readonly Buffer[] = []
  for (let level = 0; tileWidth ** level <= size; level++) {
    const found = await checkLevel(log, { level, size, below })
    faults.push(...found.faults)
    edge.unshift(...found.edge)
    below = found.roots
  }
  if (edge.length > 0 && !foldRight(edge).equals(root)) faults.push('the root is not that of the checkpoint')
  return faults
}

interface Level {
  readonly level: number
  readonly size: number
  /** The roots of the full tiles of the level below. */
  readonly below: readonly Buffer[]
}

async function checkLevel(log: LogFiles, { level, size, below }: Level) {
  const found = { faults: [] as string[], roots: [] as Buffer[], edge: [] as readonly Buffer[] }
  for (const id of tileIdsAt(level, size)) {
    const made = level === 0 ? await leavesOf(log, id) : { hashes: joined(below, id), faults: [] }
    const stored = await whole(log, tilePath(id), found.faults)
    found.faults.push(...made.faults, ...differences(id, stored, made.hashes))
    const { hashes } = made
    if (id.width === tileWidth) found.roots.push(tileRoot(hashes))
    else found.edge = subtreesOf(hashes, id.width)
  }
  return found
}

/** A file of the log; one that is missing is a fault, and the search goes on. */
async function whole(log: LogFiles, path: string, faults: string[]): Promise<Buffer | undefined> {
  try {
    return await log.read(path)
  } catch (error) {
    if (!(error instanceof DoesNotHold)) throw error
    faults.push(error.message)
    return undefined
  }
}

/** The leaf hashes of a bundle; where entries are missing, hashes that no entry has. */
async function leavesOf(log: LogFiles, { index, width }: TileId) {
  const faults: string[] = []
  const path = entriesPath(index, width)
  const bundle = await whole(log, path, faults)
  const entries = bundle === undefined ? [] : entriesIn(bundle)
  if (bundle !== undefined && entries.length !== width)
    faults.push(`${path} holds ${entries.length} entries and not ${width}`)
  const hashes = Buffer.alloc(width * hashBytes)
  entries.slice(0, width).forEach((entry, at) => leafHash(entry).copy(hashes, at * hashBytes))
  return { hashes, faults }
}

/** What a stored tile says otherwise than what it is made from, by the entries concerned. */
function differences({ level, index, width }: TileId, stored: Buffer | undefined, made: Buffer): string[] {
  if (stored === undefined) return []
  const path = tilePath({ level, index, width })
  if (stored.length !== width * hashBytes) return [`${path} has ${stored.length} bytes and not ${width * hashBytes}`]
  const faults: string[] = []
  for (let at = 0; at < width; at++) {
    const place = at * hashBytes
    if (stored.subarray(place, place + hashBytes).equals(made.subarray(place, place + hashBytes))) continue
    const [each, first] = [tileWidth ** level, (index * tileWidth + at) * tileWidth ** level]
    const which = each === 1 ? `entry ${first} is` : `entries ${first} to ${first + each - 1} are`
    faults.push(`${which} not what ${path} was made from`)
  }
  return faults
}

function joined(hashes: readonly Buffer[], { index, width }: TileId): Buffer {
  return Buffer.concat(hashes.slice(index * tileWidth, index * tileWidth + width))
}

/** The perfect subtrees that the hashes of a partial tile make, largest first. */
function subtreesOf(data: Buffer, width: number): readonly Buffer[] {
  const roots: Buffer[] = []
  let start = 0
  for (let power = tileWidth; power >= 1; power /= 2) {
    if (width - start < power) continue
    roots.push(perfectRoot(data, start, power))
    start += power
  }
  return roots
}
