import { inclusionProof, leafHash, verifyInclusion, type TiledTree } from '#libs/tlog'
import { commitmentIn, recordsOf, type ExportedRecord } from './exported-records.js'
import type { Finding } from './finding.js'
import { signedCheckpoint, witnessed, type SignedCheckpoint } from './checkpoint-file.js'
import { treeOf } from './log-tiles.js'
import { readPolicy } from './read-file.js'
import { openLog } from './tile-folder.js'

/** Names every exported record that is not the one that the log, as its witnesses saw it, has at its place. */
export async function verifyRows(
  [file]: readonly string[],
  options: { policy: string; log?: string },
): Promise<Finding> {
  const policy = readPolicy(options.policy)
  const log = openLog(options.log)
  const checkpoint = signedCheckpoint((await log.read('checkpoint')).toString('utf8'), policy)
  const { met, text } = witnessed(checkpoint, policy)
  const faults = met ? [] : [`✗ the checkpoint has ${text}`]
  const tree = treeOf(log)
  let [count, erased] = [0, 0]
  for await (const record of recordsOf(file)) {
    count += 1
    if (record.outer === null) erased += 1
    if (!(await isLogged(record, tree, checkpoint))) faults.push(`✗ record ${record.id} was altered`)
  }
  if (faults.length > 0) return { holds: false, lines: faults }
  const rest = erased === 0 ? '' : `; ${erased} of them erased, whose commitments stand`
  return { holds: true, lines: [`✓ ${count} records are the ones that were logged${rest}; ${text}`] }
}

function isLogged(record: ExportedRecord, tree: TiledTree, { size, root }: SignedCheckpoint): Promise<boolean> {
  const { entry: index } = record
  const commitment = commitmentIn(record)
  if (commitment === undefined || index < 0 || index >= size) return Promise.resolve(false)
  const leaf = leafHash(commitment)
  return tree
    .over(size, (hashOf) => inclusionProof(index, size, hashOf))
    .then((proof) => verifyInclusion({ index, size, leaf, proof, root }))
}
