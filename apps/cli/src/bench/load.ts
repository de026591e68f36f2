import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'

/** What a load came to. */
export interface Load {
  readonly done: number
  readonly seconds: number
  readonly perSecond: number
  /** Of each piece of work. */
  readonly latenciesMs: readonly number[]
}

/** Closed loop: so many workers, each with its next piece of work as soon as the last is answered. */
export async function closedLoop(workers: number, seconds: number, work: () => Promise<void>): Promise<Load> {
  const latenciesMs: number[] = []
  const from = performance.now()
  const until = from + seconds * 1000
  const worker = async () => {
    while (performance.now() < until) {
      const started = performance.now()
      await work()
      latenciesMs.push(performance.now() - started)
    }
  }
  await Promise.all(Array.from({ length: workers }, worker))
  const took = (performance.now() - from) / 1000
  return { done: latenciesMs.length, seconds: took, perSecond: latenciesMs.length / took, latenciesMs }
}

/** Open loop: work begins at fixed times, whether or not earlier work has been answered. */
export async function openLoop(perSecond: number, seconds: number, work: () => Promise<void>): Promise<void> {
  const started: Promise<void>[] = []
  const from = performance.now()
  const count = Math.round(perSecond * seconds)
  while (started.length < count) {
    const due = Math.min(count, Math.floor(((performance.now() - from) / 1000) * perSecond) + 1)
    while (started.length < due) started.push(work())
    await sleep(1)
  }
  await Promise.all(started)
}
