import { parentPort, workerData } from 'node:worker_threads'
import { readProgramKeys } from '#libs/security'
import { KeyedHashes } from '../resolution/keyed-hashes.js'
import { stageRows, type Block } from './stage-rows.js'

/** A thread that checks and seals rows, so that requests do not wait for a load. */
const hashes = new KeyedHashes(readProgramKeys((workerData as { readonly keyFile: string }).keyFile))

parentPort?.on('message', ({ id, block }: { readonly id: number; readonly block: Block }) => {
  const key = { ...block.key, bytes: Buffer.from(block.key.bytes) }
  parentPort?.postMessage({ id, staged: stageRows({ ...block, key }, hashes) })
})
