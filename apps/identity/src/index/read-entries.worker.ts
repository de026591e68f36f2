import { parentPort, workerData } from 'node:worker_threads'
import { Database } from '#libs/postgres'
import { KeyRing, readProgramKeys } from '#libs/security'
import { readEntries, type Reading } from './read-entries.js'

/** A thread that reads and opens a share of the profiles, a few batches ahead of who takes them. */
const given = workerData as Pick<Reading, 'url' | 'share'> & { readonly keyFile: string; readonly ahead: number }
const database = await Database.open({ url: given.url, poolSize: 1, applicationName: 'waymark-identity-rebuild' })
const keyRing = new KeyRing(readProgramKeys(given.keyFile), () => database)
let room = given.ahead
let more: () => void = () => undefined
parentPort?.on('message', () => {
  room += 1
  more()
})
try {
  for await (const batch of readEntries({ ...given, keyRing })) {
    parentPort?.postMessage(batch)
    room -= 1
    while (room === 0) await new Promise<void>((resolve) => (more = resolve))
  }
  parentPort?.postMessage(undefined)
} finally {
  await database.close()
  parentPort?.close()
}
