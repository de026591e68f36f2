import { parentPort, workerData } from 'node:worker_threads'
import { Database } from '#libs/postgres'
import { KeyRing, readProgramKeys } from '#libs/security'
import { giveWay } from '#libs/threads'
import { mineFrom } from './mine-from.js'
import { ToldChildrenRepository } from './told-children.repository.js'

/** A thread that looks the names of all children through, on a connection of its own, so that no request waits for it. */
const given = workerData as { readonly url: string; readonly keyFile: string }
giveWay()
const database = await Database.open({ url: given.url, poolSize: 1, applicationName: 'waymark-identity-variants' })
const keyRing = new KeyRing(readProgramKeys(given.keyFile), () => database)
try {
  parentPort?.postMessage(await mineFrom(new ToldChildrenRepository(database, keyRing)))
} finally {
  await database.close()
}
