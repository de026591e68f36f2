import { verifyConsistency } from '#libs/tlog'
import type { Finding } from './finding.js'
import { signedCheckpoint, type SignedCheckpoint } from './checkpoint-file.js'
import { proofBetween } from './log-tiles.js'
import { readNamed, readPolicy } from './read-file.js'
import { openLog } from './tile-folder.js'

/** Shows that the log of one checkpoint is the beginning of the log of another. */
export async function verifyConsistencyOf(
  [oldFile, newFile]: readonly string[],
  options: { policy: string; log?: string },
): Promise<Finding> {
  const policy = readPolicy(options.policy)
  const older = signedCheckpoint(readNamed(oldFile, 'the older checkpoint'), policy)
  const newer = signedCheckpoint(readNamed(newFile, 'the newer checkpoint'), policy)
  refuseOthers(older, newer)
  if (await continues(older, newer, options.log)) {
    return { holds: true, lines: [`✓ the log of ${newer.size} entries continues the log of ${older.size}`] }
  }
  return { holds: false, lines: [`✗ the log of ${newer.size} entries does not continue the log of ${older.size}`] }
}

function refuseOthers(older: SignedCheckpoint, newer: SignedCheckpoint): void {
  if (older.origin !== newer.origin) throw new Error('these are checkpoints of two logs')
  if (older.size > newer.size) throw new Error('the first checkpoint is the newer one; give the older one first')
}

/** Any log continues the one without entries. */
async function continues(older: SignedCheckpoint, newer: SignedCheckpoint, place?: string): Promise<boolean> {
  if (older.size === 0) return true
  const proof = await proofBetween(openLog(place), older.size, newer.size)
  return verifyConsistency({ oldSize: older.size, size: newer.size, oldRoot: older.root, root: newer.root, proof })
}
