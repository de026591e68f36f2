import { learnModel, type Learned, type Model } from '#libs/matching'
import type { TrainingRepository } from './training.repository.js'

/** Records at most: as many as a gigabyte or two of memory hold. */
const recordsAtMost = 1_000_000
const seed = 1

/** Learns a model from what is on file, beginning with the one that decides now. The same records give the same model. */
export async function learnFrom(training: TrainingRepository, base: Model): Promise<Learned> {
  const records = await training.records(recordsAtMost)
  const decided = await training.decided()
  return learnModel({ name: `learned from ${String(records.length)} records`, base, records, decided, seed })
}
