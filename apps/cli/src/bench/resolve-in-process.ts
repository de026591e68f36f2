import { performance } from 'node:perf_hooks'
import { ChildIndex, dayOneModel, type Profile } from '#libs/matching'
import { KidsBench } from '../kidsbench/kids-bench.js'
import { profileOfChild, profileOfRecord } from './kids-profiles.js'
import { percentile } from './statistics.js'

/** How large the index is, and how often it is asked. */
interface ResolveSizes {
  readonly children: number
  readonly queries: number
  readonly seed: number
}

/** What resolving in this process came to; times are microseconds, of the processor but for the percentiles, which are of the clock. */
export interface ResolveMeasure {
  readonly children: number
  readonly addedPerSecond: number
  readonly bytesPerChild: number
  readonly residentPerChild: number
  /** Resolves a second on one core, and what one costs. */
  readonly perSecond: number
  readonly findingPerSecond: number
  readonly p50: number
  readonly p99: number
  /** The share of records that would be linked, of known children. */
  readonly linked: number
  readonly looser: number
  /** What a resolve costs, against an index of a twelfth of the children. */
  readonly growth: number
}

const part = 12
/** Of the records asked for, those of children that are held. */
const knownShare = 0.7
const uuidOf = (number: number, kind: string): string =>
  `019a0000-0000-7000-8${kind}00-${number.toString(16).padStart(12, '0')}`
/** Few enough to be put in while the processor's cache still holds them, as they come from a stream. */
const batch = 500

/**
 * Fills an index with KidsBench's children, one profile each, and asks it for records that clerks wrote of the first of
 * them, and of children it does not hold (three in ten). As many other records of the same kinds are asked before, for the
 * program to be compiled as one is that has run for a while. Making and normalising the records is not counted.
 */
export function resolveInProcess(sizes: ResolveSizes, say: (line: string) => void): ResolveMeasure {
  const world = new Filler(sizes)
  const [known, warmKnown] = halves(world.queries(Math.round(sizes.queries * knownShare) * 2))
  const strangers = new Filler({ ...sizes, seed: sizes.seed + 1 }).queries((sizes.queries - known.length) * 2)
  const [foreign, warmForeign] = halves(strangers)
  const queries = shuffled([...known, ...foreign])
  const asked = { queries, before: shuffled([...warmKnown, ...warmForeign]) }
  const small = ask(partOf(sizes), asked, say)
  collect()
  const before = process.memoryUsage().rss
  const index = new ChildIndex(dayOneModel, { expected: sizes.children })
  world.fill(index, sizes.children)
  collect()
  const resident = process.memoryUsage().rss - before
  const large = ask(index, asked, say)
  const finding = processorTime(() => {
    for (const query of queries) index.candidates(query)
  })
  const linked = known.filter((query) => index.resolve(query).decision.outcome === 'link').length
  return {
    children: index.size,
    addedPerSecond: (index.size / world.milliseconds) * 1000,
    bytesPerChild: index.bytes() / index.size,
    residentPerChild: resident / index.size,
    perSecond: 1e6 / large.mean,
    findingPerSecond: (queries.length / finding) * 1000,
    p50: large.p50,
    p99: large.p99,
    linked: linked / known.length,
    looser: large.looser,
    growth: large.mean / small.mean,
  }
}

/** An index of a part of the children and no larger than it needs, as that of a smaller country. */
function partOf(sizes: ResolveSizes): ChildIndex {
  const children = Math.ceil(sizes.children / part)
  const index = new ChildIndex(dayOneModel, { expected: children })
  new Filler(sizes).fill(index, children)
  return index
}

/** A world of children: records of the first families are asked for, and everybody is put into the index. */
class Filler {
  /** Of the processor, spent in the index. */
  milliseconds = 0
  private readonly world: KidsBench
  private readonly families: ReturnType<KidsBench['children']>
  private waiting: Profile[] = []
  private held = 0

  constructor({ children, seed }: ResolveSizes) {
    this.world = new KidsBench({ children, seed })
    this.families = this.world.children()
  }

  /** Records that clerks wrote of the first families, who wait to be put into the index. */
  queries(count: number): readonly Profile[] {
    const found: Profile[] = []
    while (found.length < count) {
      const family = this.families.next()
      if (family.done === true) break
      for (const { child, records } of this.world.recordsOf(family.value)) {
        this.waiting.push(profileOfChild(child))
        found.push(...records.map(({ record }) => profileOfRecord(record)))
      }
    }
    return found.slice(0, count)
  }

  fill(index: ChildIndex, count: number): void {
    while (this.held < count) {
      while (this.waiting.length < Math.min(batch, count - this.held)) {
        const family = this.families.next()
        if (family.done === true) break
        this.waiting.push(...family.value.map(profileOfChild))
      }
      const profiles = this.waiting.splice(0, Math.min(batch, count - this.held))
      if (profiles.length === 0) return
      this.milliseconds += processorTime(() => {
        for (const [at, profile] of profiles.entries())
          index.add(uuidOf(this.held + at, '1'), uuidOf(this.held + at, '2'), profile)
      })
      this.held += profiles.length
    }
  }
}

/** Records that are asked for and measured, and others before them. */
interface Asked {
  readonly queries: readonly Profile[]
  readonly before: readonly Profile[]
}

function ask(index: ChildIndex, { queries, before }: Asked, say: (line: string) => void) {
  for (const query of before) index.resolve(query)
  let looser = 0
  const times: number[] = []
  const busy = processorTime(() => {
    for (const query of queries) {
      const from = performance.now()
      if (index.resolve(query).isLooser) looser += 1
      times.push((performance.now() - from) * 1000)
    }
  })
  const mean = (busy * 1000) / queries.length
  say(`${String(index.size)} children: ${mean.toFixed(0)} µs a resolve`)
  return { mean, p50: percentile(times, 0.5), p99: percentile(times, 0.99), looser: looser / queries.length }
}

/** Milliseconds of a processor that some work took, whatever else ran meanwhile. */
function processorTime(work: () => void): number {
  const from = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(from)
  return (user + system) / 1000
}

/** Known and unknown children by turns, as they come in life. */
function shuffled(queries: readonly Profile[]): readonly Profile[] {
  const step = 7919
  return queries.map((_, at) => queries[(at * step) % queries.length] as Profile)
}

function halves<T>(values: readonly T[]): readonly [readonly T[], readonly T[]] {
  const middle = Math.ceil(values.length / 2)
  return [values.slice(0, middle), values.slice(middle)]
}

function collect(): void {
  globalThis.gc?.()
}
