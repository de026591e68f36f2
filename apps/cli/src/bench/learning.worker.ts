import { parentPort, workerData } from 'node:worker_threads'
import { dayOneModel, learnModel, type LearningRecord } from '#libs/matching'
import { giveWay } from '#libs/threads'
import { KidsBench } from '../kidsbench/kids-bench.js'
import { profileOfRecord } from './kids-profiles.js'
import type { LearnSizes, ToldByLearner } from './learning.js'

/** A thread that learns a model as `identity` has one learned: it invents what to learn from, and begins when it is told to. */
const sizes = workerData as LearnSizes
giveWay()
const records = invented(sizes)
tell({ invented: records.length })
parentPort?.once('message', () => {
  const { found } = learnModel({ name: 'bench', base: dayOneModel, records, seed: sizes.seed })
  tell({ found })
})

/** A child has four records. */
function invented({ records, seed }: LearnSizes): readonly LearningRecord[] {
  const world = new KidsBench({ children: Math.ceil(records / 3), seed })
  const made: LearningRecord[] = []
  for (const family of world.children()) {
    if (made.length >= records) break
    for (const { records: written } of world.recordsOf(family))
      for (const { record } of written) made.push({ profile: profileOfRecord(record), source: record.source })
  }
  return made.slice(0, records)
}

function tell(told: ToldByLearner): void {
  parentPort?.postMessage(told)
}
