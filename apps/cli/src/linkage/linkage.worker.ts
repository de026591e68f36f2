import { parentPort } from 'node:worker_threads'
import { Helper } from '#libs/matching'
import type { Told } from './helping-threads.js'

/** A thread that helps with a linkage: it is told the records once, and then work to take part in. */
let helper: Helper | undefined
parentPort?.on('message', ({ records, work }: Told) => {
  if (records !== undefined) helper = new Helper(records)
  if (work === undefined) return
  helper?.takePart(work)
  parentPort?.postMessage('done')
})
