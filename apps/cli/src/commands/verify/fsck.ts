import { entriesPath, foldRight, leafHash, perfectRoot, tilePath, tileWidth, type TileId } from '#libs/tlog'
import type { Finding } from './finding.js'
import { signedCheckpoint, witnessed, type SignedCheckpoint } from './checkpoint-file.js'
import { tileIdsAt, tileRoot } from './log-tiles.js'
import { readPolicy } from './read-file.js'
import { openLog, type LogFiles } from './tile-folder.js'

/** Recomputes the whole log from its entries: every tile of every level, and the root the checkpoint names. */
export async function verifyLog(_: readonly string[], options: { policy: string; log?: string }): Promise<Finding> {
  const policy = readPolicy(options.policy)
  const log = openLog(options.log)
  const checkpoint = signedCheckpoint((await log.read('checkpoint')).toString('utf8'), policy)
  const { met, text } = witnessed(checkpoint, policy)
  const faults = await faultsIn(log, checkpoint)
  if (!met) faults.push(`the checkpoint has ${text}`)
  if (faults.length > 0) return { holds: false, lines: faults.map((fault) => `✗ ${fault}`) }
  return { holds: true, lines: [`✓ ${checkpoint.size} entries, every tile and the root recomputed; ${text}`] }
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
    const expected = level === 0 ? await leavesOf(log, id) : joined(below, id)
    const stored = await log.read(tilePath(id))
    if (!stored.equals(expected)) found.faults.push(`tile ${tilePath(id)} is not what its entries make`)
    if (id.width === tileWidth) found.roots.push(tileRoot(expected))
    else found.edge = subtreesOf(expected, id.width)
  }
  return found
}

async function leavesOf(log: LogFiles, { index, width }: TileId): Promise<Buffer> {
  const bundle = await log.read(entriesPath(index, width))
  return Buffer.concat(entriesIn(bundle).map(leafHash))
}

/** The entries of a bundle: each a length (two bytes, big-endian) and as many bytes. */
export function entriesIn(bundle: Buffer): readonly Buffer[] {
  const entries: Buffer[] = []
  for (let at = 0; at + 2 <= bundle.length;) {
    const length = bundle.readUInt16BE(at)
    entries.push(bundle.subarray(at + 2, at + 2 + length))
    at += 2 + length
  }
  return entries
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
