import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { ChildIndex, dayOneModel, type Learned, type Profile } from '#libs/matching'
import { KidsBench } from '../kidsbench/kids-bench.js'
import { profileOfChild, profileOfRecord } from './kids-profiles.js'
import { percentile } from './statistics.js'

/** From how much is learned. */
export interface LearnSizes {
  readonly records: number
  readonly seed: number
}

/** What the thread that learns says. */
export type ToldByLearner = { readonly invented: number } | { readonly found: Learned['found'] }

/** What learning a model came to. */
export interface LearnMeasure {
  readonly records: number
  readonly seconds: number
  readonly candidatePairs: number
  /** Most that the thread's memory grew by while it learned, beside the records it learned from. */
  readonly grownMiB: number
  /** Of the program with both. */
  readonly residentMiB: number
  /** Resolving in memory at 200 a second in the thread beside it, from when each was due: before, and meanwhile. */
  readonly p99Before: number
  readonly p99Meanwhile: number
}

/** What `identity` gives the thread that learns. */
const [oldMiB, youngMiB] = [4096, 96]
const perSecond = 200
/** Children held, and seconds before, at most: of few records it is only seen that it works. */
const [mostHeld, mostBefore] = [20_000, 10]
const mebibyte = 2 ** 20

/**
 * Has a model learned from invented records in a thread, as `identity` has it, while this one resolves records against an
 * index. Inventing the records is not counted.
 */
export async function measureLearning(sizes: LearnSizes, say: (line: string) => void): Promise<LearnMeasure> {
  const { index, queries } = filled({ ...sizes, records: Math.min(mostHeld, sizes.records) })
  const worker = new Worker(new URL('./learning.worker.js', import.meta.url), {
    workerData: sizes,
    resourceLimits: { maxOldGenerationSizeMb: oldMiB, maxYoungGenerationSizeMb: youngMiB },
  })
  say(`${String(sizes.records)} records are invented`)
  const made = await told(worker)
  if (!('invented' in made)) throw new Error('The thread learned before it was asked')
  const before = await resolving(index, queries, sleep(Math.min(mostBefore, sizes.records / 5_000) * 1000))
  const [resident, from] = [process.memoryUsage.rss(), performance.now()]
  say('a model is learned')
  worker.postMessage('learn')
  const answer = told(worker)
  const meanwhile = await resolving(index, queries, answer)
  const seconds = (performance.now() - from) / 1000
  const learned = await answer
  if (!('found' in learned)) throw new Error('The thread did not learn')
  return {
    ...{ records: made.invented, seconds, candidatePairs: learned.found.candidatePairs },
    ...{ grownMiB: (meanwhile.most - resident) / mebibyte, residentMiB: meanwhile.most / mebibyte },
    ...{ p99Before: percentile(before.times, 0.99), p99Meanwhile: percentile(meanwhile.times, 0.99) },
  }
}

async function told(worker: Worker): Promise<ToldByLearner> {
  const [message] = (await once(worker, 'message')) as [ToldByLearner]
  return message
}

/** Resolves records as they fall due until something has happened: milliseconds of each, and the most memory in use. */
async function resolving(index: ChildIndex, queries: readonly Profile[], ended: Promise<unknown>) {
  const over = new AbortController()
  const end = (): void => {
    over.abort()
  }
  ended.then(end, end)
  const times: number[] = []
  const from = performance.now()
  let most = 0
  for (let at = 0; !over.signal.aborted; at += 1) {
    const due = from + (at * 1000) / perSecond
    const early = due - performance.now()
    if (early > 0) await sleep(early)
    else if (at % perSecond === 0) await sleep(0)
    const query = queries[at % queries.length]
    if (query) index.resolve(query)
    times.push(performance.now() - due)
    if (at % perSecond === 0) most = Math.max(most, process.memoryUsage.rss())
  }
  return { times, most }
}

function filled({ records: children, seed }: LearnSizes) {
  const index = new ChildIndex(dayOneModel, { expected: children })
  const world = new KidsBench({ children, seed })
  const queries: Profile[] = []
  let held = 0
  for (const family of world.children()) {
    for (const { record } of world.recordsOf(family).flatMap(({ records }) => records))
      queries.push(profileOfRecord(record))
    for (const child of family) {
      held += 1
      const place = held.toString(16).padStart(12, '0')
      index.add(`019a0000-0000-7000-8100-${place}`, `019a0000-0000-7000-8200-${place}`, profileOfChild(child))
    }
  }
  for (const query of queries.slice(0, 5_000)) index.resolve(query)
  return { index, queries }
}
