import { gzipSync } from 'node:zlib'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { signedDoor, usualHeaders, type BenchDoor } from './doors.js'
import { fillStore } from './fill-store.js'
import { fileOf, heldChild, recordOf } from './held-children.js'
import type { Bench } from './measure.js'
import type { Figure } from './result.js'
import { percentile, seeded } from './statistics.js'

const loader = 'northbridge-council'
const asker = 'larkhill-primary'
const fileRecords = 100_000
/**
 * More requests than these wait here unsigned: a signature lives for seconds, and a slow server must show as latency. Fewer
 * than a program's line of connections holds (511): beyond it the system refuses, and asks again after whole seconds.
 */
const connections = 256
const perSecond = 200
const lookMs = 250
/** The warm-up, in those of other measures: what single resolves need beyond a file is compiled for half a minute. */
const warmUps = 6
/** Of the records posted one by one: known to the letter, of a child that is held, of a new child. */
const mix = { repeated: 0.2, held: 0.6 }

/**
 * P3 and P2. The store is filled with all children but some ten thousands ({@link fillStore}), and with these held it is
 * measured how fast files of records are resolved, from the post to the last commit, each record durable, linked and in the
 * access log; then, with all children held, how long one record takes at `POST /v1/resolve`, 200 a second in an open loop,
 * counted from the time at which it was due.
 */
export async function measureResolveHttp(bench: Bench): Promise<readonly Figure[]> {
  const { heldChildren, loadedChildren } = bench.sizes
  const filled = Math.max(0, heldChildren - loadedChildren)
  if (filled > 0) await fillStore(bench, filled)
  const bulk = filled < heldChildren ? [await loadRest(bench, filled)] : []
  await bench.hub.settle()
  const latenciesMs = await resolveFor(bench, bench.sizes.warmUpSeconds * warmUps)
  const note = `${String(heldChildren)} children held; 20 % known, 60 % linked, 20 % registered`
  return [
    ...bulk,
    { id: 'P2.p50', value: percentile(latenciesMs, 0.5), note },
    { id: 'P2.p99', value: percentile(latenciesMs, 0.99), note },
  ]
}

async function loadRest({ hub, sizes: { heldChildren }, seed, say }: Bench, held: number): Promise<Figure> {
  const door = signedDoor(hub, 'identity', loader, 2)
  let seconds = 0
  try {
    for (let from = held; from < heldChildren; from += fileRecords) {
      const until = Math.min(heldChildren, from + fileRecords)
      const file = gzipSync(fileOf(seed, from, until), { level: 6 })
      const began = performance.now()
      await loaded(door, file, until - from)
      const took = (performance.now() - began) / 1000
      seconds += took
      say(`P3: ${String(until)} children, ${((until - from) / took).toFixed(0)} records/s`)
    }
  } finally {
    await door.close()
  }
  const records = heldChildren - held
  return { id: 'P3', value: records / seconds, note: `${String(records)} records, ${String(held)} children held` }
}

async function loaded(door: BenchDoor, file: Buffer, records: number): Promise<void> {
  const headers = { ...usualHeaders, 'content-type': 'text/csv' }
  const { id } = JSON.parse(await door.ask({ method: 'POST', path: '/v1/bulk-loads', body: file, headers })) as {
    id: string
  }
  for (;;) {
    await sleep(lookMs)
    const { state, resolved } = await progressOf(door, id)
    if (state !== 'done') continue
    if (resolved !== records)
      throw new Error(`Of ${String(records)} invented records ${String(resolved)} were resolved`)
    return
  }
}

/** A hub that is busy with a load may answer 503 to who looks; then nothing is known of it. */
async function progressOf(door: BenchDoor, id: string): Promise<{ readonly state: string; readonly resolved: number }> {
  const asked = door.ask({ method: 'GET', path: `/v1/bulk-loads/${id}`, headers: usualHeaders })
  const text = await asked.catch((error: unknown) => {
    if (String(error).includes('answered 503')) return '{"state":"unknown","resolved":0}'
    throw error
  })
  return JSON.parse(text) as { state: string; resolved: number }
}

async function resolveFor({ hub, sizes, seed, say }: Bench, warmUpSeconds: number): Promise<readonly number[]> {
  const door = signedDoor(hub, 'identity', asker, connections)
  const random = seeded(seed + 3)
  let serial = 0
  const next = (): object => {
    serial += 1
    const kind = random()
    const held = heldChild(seed, Math.floor(random() * sizes.heldChildren))
    const at = '2026-11-02T09:00:00Z'
    if (kind < mix.repeated) return recordOf(heldChild(seed, 0), { agency: asker, id: 'again', at })
    const isHeld = kind < mix.repeated + mix.held
    const child = isHeld ? held : heldChild(seed, sizes.heldChildren + serial)
    return recordOf(child, { agency: asker, id: `one-${String(serial)}`, at })
  }
  const ask = async (): Promise<void> => {
    await door.ask({ method: 'POST', path: '/v1/resolve', body: JSON.stringify(next()), headers: usualHeaders })
  }
  say('P2: 200 records a second')
  try {
    await onTime(warmUpSeconds, ask)
    return await onTime(sizes.resolveSeconds, ask)
  } finally {
    await door.close()
  }
}

/**
 * Starts work at fixed times and tells how long each took from when it was due, however late it began.
 *
 * @throws the first failure, after all that was begun has ended
 */
async function onTime(seconds: number, work: () => Promise<void>): Promise<readonly number[]> {
  const latenciesMs: number[] = []
  const failures: unknown[] = []
  const places = new Places(connections)
  const running: Promise<void>[] = []
  const from = performance.now()
  const count = Math.max(1, Math.round(perSecond * seconds))
  for (let n = 0; n < count && failures.length === 0; n += 1) {
    const due = from + (n * 1000) / perSecond
    const early = due - performance.now()
    if (early > 1) await sleep(early - 0.5)
    const done = () => void latenciesMs.push(performance.now() - due)
    running.push(places.take(work).then(done, (error: unknown) => void failures.push(error)))
  }
  await Promise.all(running)
  if (failures.length > 0) throw failures[0]
  return latenciesMs
}

/** Places for so many pieces of work; who finds none waits in line, and begins nothing. */
class Places {
  private readonly line: (() => void)[] = []

  constructor(private free: number) {}

  async take(work: () => Promise<void>): Promise<void> {
    if (this.free > 0) this.free -= 1
    else await new Promise<void>((resolve) => this.line.push(resolve))
    try {
      await work()
    } finally {
      const next = this.line.shift()
      if (next) next()
      else this.free += 1
    }
  }
}
