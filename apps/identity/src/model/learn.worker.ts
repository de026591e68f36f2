import { parentPort, workerData } from 'node:worker_threads'
import type { Model } from '#libs/matching'
import { Database } from '#libs/postgres'
import { KeyRing, readProgramKeys } from '#libs/security'
import { giveWay } from '#libs/threads'
import { learnFrom } from './learn-from.js'
import { TrainingRepository } from './training.repository.js'

/** A thread that learns a model, on a connection of its own, so that no request waits for it. */
const given = workerData as { readonly url: string; readonly keyFile: string; readonly base: Model }
giveWay()
const database = await Database.open({ url: given.url, poolSize: 1, applicationName: 'waymark-identity-learning' })
const keyRing = new KeyRing(readProgramKeys(given.keyFile), () => database)
try {
  const { model } = await learnFrom(new TrainingRepository(database, keyRing), given.base)
  parentPort?.postMessage(model)
} finally {
  await database.close()
}
