import { verifyConsistency } from '#libs/tlog'
import type { Finding } from './finding.js'
import { signedCheckpoint } from './checkpoint-file.js'
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
  const proof = await proofBetween(openLog(options.log), older.size, newer.size)
  const claim = { oldSize: older.size, size: newer.size, oldRoot: older.root, root: newer.root, proof }
  if (verifyConsistency(claim)) {
    return { holds: true, lines: [`✓ the log of ${newer.size} entries continues the log of ${older.size}`] }
  }
  return { holds: false, lines: [`✗ the log of ${newer.size} entries does not continue the log of ${older.size}`] }
}
